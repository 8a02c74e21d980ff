import { analyze, type Analysis } from './analyze.ts';
import { type SourceProblem } from './problem.ts';
import { elide } from './elide.ts';
import { type Origin, originBy } from './origin.ts';
import { strip } from './strip.ts';
import { program } from './programs.ts';
import type { Settings } from './transform/settings.ts';
import type { TransformOptions } from './transform/transformer.ts';
import { UsedNames } from './used-names.ts';

/** What a file is written in; `auto`: JavaScript or, if that does not parse, one of the others. */
export type Language = 'javascript' | 'jsx' | 'typescript' | 'tsx' | 'auto';

/** A file as JavaScript that parses. */
export interface Compiled {
  readonly source: string;
  readonly analysis: Analysis;
  /** Where a place of `source` was written; undefined when all of it stayed where it was. */
  readonly origin: Origin | undefined;
}

export interface CompileOptions {
  readonly isModule: boolean;
  readonly keepsTree: boolean;
  readonly settings: Settings;
}

/** Makes JavaScript of a file that is no JavaScript. */
export function compileTypes(
  source: string,
  language: Exclude<Language, 'javascript'>,
  options: CompileOptions,
): Compiled | SourceProblem {
  // The quick way needs WebAssembly, which a process that makes no machine code has not.
  if (!('WebAssembly' in globalThis)) return { ...needsMachineCode, line: 1, column: 1, offset: 0 };
  const mayErase = language !== 'jsx' && language !== 'tsx' && isErasable(source, options.settings);
  const erased = mayErase ? erase(source, options) : undefined;
  if (erased !== undefined) return erased;
  let furthest: SourceProblem | undefined;
  for (const syntax of syntaxesOf[language]) {
    const compiled = transformed(source, syntax, options);
    if ('analysis' in compiled) return compiled;
    // The attempt that got further understood more of the file.
    if (furthest === undefined || compiled.offset > furthest.offset) furthest = compiled;
  }
  return furthest as SourceProblem;
}

const needsMachineCode = {
  message: 'TypeScript and JSX need machine code: a jitless box takes JavaScript only',
};

const syntaxesOf = {
  typescript: ['ts'],
  tsx: ['tsx'],
  jsx: ['jsx'],
  auto: ['ts', 'tsx'],
} as const satisfies Record<string, readonly TransformOptions['syntax'][]>;

/** Lines that begin with what types alone never do, so that taking types out is not tried in vain. */
const compiledOnly =
  /^[ \t]*(?:@[\w$(]|(?:export\s+)?(?:const\s+)?enum\s+[\w$]+\s*\{|(?:export\s+)?(?:namespace|module)\s+[\w$.]+\s*\{)/m;

const words = ['@', 'enum', 'namespace', 'module'];

function isErasable(source: string, { useDefineForClassFields }: Settings): boolean {
  if (useDefineForClassFields === false && /\bclass\b/.test(source)) return false;
  // Words first: V8 compiles an expression at its second use, which takes longer than most files.
  return !words.some((word) => source.includes(word)) || !compiledOnly.test(source);
}

/** The quick way, for files from which types can be blanked out; undefined for others. */
function erase(source: string, options: CompileOptions): Compiled | undefined {
  const stripped = strip(source);
  if (stripped === undefined) return undefined;
  const { isModule, keepsTree, settings } = options;
  const mayElide = settings.verbatimModuleSyntax !== true && stripped.includes('import');
  const names = mayElide ? new UsedNames() : undefined;
  const analysis = analyze(stripped, isModule, keepsTree, names);
  if ('message' in analysis) return undefined;
  const code = names === undefined ? stripped : elide(stripped, analysis.imports, names);
  if (code === stripped) return { source: code, analysis, origin: undefined };
  const again = analyze(code, isModule, keepsTree);
  return 'message' in again ? undefined : { source: code, analysis: again, origin: undefined };
}

function transformed(
  source: string,
  syntax: TransformOptions['syntax'],
  { isModule, keepsTree, settings }: CompileOptions,
): Compiled | SourceProblem {
  const result = program<typeof import('./transform/transformer.ts')>('transformer.js').transform(
    source,
    { syntax, isModule, settings },
  );
  if ('message' in result) return result;
  const { code, map } = result;
  const origin = originBy(map);
  const analysis = analyze(code, isModule, keepsTree);
  if (!('message' in analysis)) return { source: code, analysis, origin };
  const { line, column } = origin(analysis) ?? { line: 1, column: 1 };
  return { ...analysis, line, column, offset: offsetOf(source, line, column) };
}

function offsetOf(source: string, line: number, column: number): number {
  const before = source.split('\n').slice(0, line - 1);
  return before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
}
