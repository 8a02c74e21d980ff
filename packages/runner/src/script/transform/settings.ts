/** What a `tsconfig.json` among a script's files says about how TypeScript and JSX become JavaScript. */
export interface Settings {
  readonly jsx?: 'react' | 'react-jsx' | 'react-jsxdev';
  readonly jsxFactory?: string;
  readonly jsxFragmentFactory?: string;
  readonly jsxImportSource?: string;
  readonly experimentalDecorators?: boolean;
  readonly emitDecoratorMetadata?: boolean;
  readonly useDefineForClassFields?: boolean;
  readonly verbatimModuleSyntax?: boolean;
  readonly strictNullChecks?: boolean;
}

/** The file that is read. What it `extends` is not. */
export const settingsFile = 'tsconfig.json';

/** What is wrong with the file, and where. */
export class BadSettings extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, line = 1, column = 1) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

const flags = [
  'experimentalDecorators',
  'emitDecoratorMetadata',
  'useDefineForClassFields',
  'verbatimModuleSyntax',
  'strictNullChecks',
] as const;

const names = ['jsxFactory', 'jsxFragmentFactory', 'jsxImportSource'] as const;

/** Nothing compiles after us, so JSX that is to be preserved is compiled as by default. */
const jsxForms = {
  react: 'react',
  'react-jsx': 'react-jsx',
  'react-jsxdev': 'react-jsxdev',
  preserve: 'react-jsx',
  'react-native': 'react-jsx',
} as const;

/** Reads the text of a `tsconfig.json`. Options that have no effect here are ignored; throws `BadSettings`. */
export function readSettings(text: string): Settings {
  const given = compilerOptions(text);
  const settings: Record<string, unknown> = {};
  for (const name of flags) {
    if (given[name] === undefined) continue;
    settings[name] = checked(name, given[name], (value) => typeof value === 'boolean', 'a boolean');
  }
  for (const name of names) {
    if (given[name] === undefined) continue;
    settings[name] = checked(name, given[name], isName[name], 'a name in code');
  }
  const { jsx, strict, target } = given;
  if (jsx !== undefined) {
    const allowed = Object.keys(jsxForms).join(', ');
    const form = lowerCase(jsx);
    checked('jsx', jsx, () => Object.hasOwn(jsxForms, form), `one of ${allowed}`);
    settings['jsx'] = jsxForms[form as keyof typeof jsxForms];
  }
  if (settings['strictNullChecks'] === undefined && typeof strict === 'boolean') {
    settings['strictNullChecks'] = strict;
  }
  // As for tsc, which assigns the fields of classes for a target without them.
  if (settings['useDefineForClassFields'] === undefined && isBeforeFields(lowerCase(target))) {
    settings['useDefineForClassFields'] = false;
  }
  return settings;
}

const isName = {
  jsxFactory: (value: unknown) => isText(value, /^[\w$]+(?:\.[\w$]+)*$/),
  jsxFragmentFactory: (value: unknown) => isText(value, /^[\w$]+(?:\.[\w$]+)*$/),
  jsxImportSource: (value: unknown) => isText(value, /^[\w@./-]+$/),
};

function isText(value: unknown, form: RegExp): boolean {
  return typeof value === 'string' && value.length <= 256 && form.test(value);
}

function lowerCase(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}

function isBeforeFields(target: string): boolean {
  return /^es(?:3|5|6|20(?:1[5-9]|2[01]))$/.test(target);
}

function checked(
  name: string,
  value: unknown,
  isGood: (value: unknown) => boolean,
  wanted: string,
): unknown {
  if (isGood(value)) return value;
  const shown = (JSON.stringify(value) ?? '').slice(0, 100);
  throw new BadSettings(`compilerOptions.${name} is ${shown}; it has to be ${wanted}`);
}

function compilerOptions(text: string): Record<string, unknown> {
  let config: unknown;
  try {
    config = JSON.parse(withoutComments(text.replace(/^\ufeff/, '')));
  } catch (error) {
    const { message } = error as Error;
    const [, line = 1, column = 1] = /line (\d+) column (\d+)/.exec(message) ?? [];
    throw new BadSettings(message, Number(line), Number(column));
  }
  const options = isObject(config) ? (config['compilerOptions'] ?? {}) : config;
  if (!isObject(options)) throw new BadSettings('compilerOptions has to be an object');
  return options;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON of JSON with comments and commas before a closing bracket; every position stays. */
function withoutComments(text: string): string {
  const blank = (found: string): string =>
    found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, ' ');
  return text
    .replaceAll(/"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/g, blank)
    .replaceAll(/"(?:[^"\\\n]|\\.)*"?|,(?=\s*[}\]])/g, blank);
}
