import type { EngineName } from '@castellan/protocol';

/** What the types of a script depend on. */
export interface Surroundings {
  readonly engine: EngineName;
  /** That may be imported, by name. */
  readonly modules: readonly string[];
  /** Packages whose types are there. */
  readonly typed: ReadonlySet<string>;
  /** Functions of the operator, such as `mail.send`. */
  readonly helpers: readonly string[];
  /** Whether there are keys and values. */
  readonly hasKv: boolean;
  readonly hasBrowser: boolean;
  /** The parameters as they are now. */
  readonly params: unknown;
}

/** What Castellan itself gives a script, in TypeScript: what the policy does not offer is not there. */
export function declarationsOf({
  engine,
  modules,
  typed,
  helpers,
  hasKv,
  hasBrowser,
  params,
}: Surroundings): string {
  return [
    `/** What the run was given. */\ndeclare const params: ${typeOf(params)};`,
    own,
    ...(hasBrowser ? [browser] : []),
    ...(engine === 'node' ? [node] : []),
    ...(hasKv ? [kv] : []),
    ...helpersOf(hasKv ? helpers.filter((path) => !path.startsWith('kv.')) : helpers),
    ...modules
      .filter((name) => !name.startsWith('puppeteer'))
      .map((name) => moduleOf(name, typed.has(name))),
  ].join('\n');
}

const kv = `
interface CastellanEntry {
  /** It grows with each change: no two values have the same. */
  readonly version: number;
  /** RFC 3339, UTC; null: it does not expire. */
  readonly expiresAt: string | null;
}
interface CastellanKv {
  /** The value of a key; null where there is none. */
  get<Value = any>(key: string): Promise<({ readonly value: Value } & CastellanEntry) | null>;
  /**
   * Keeps a value of JSON, for ttlMs milliseconds if it is given. With ifVersion only if the key has that version, 0 for no
   * value: else null, and nothing is changed.
   */
  set(key: string, value: unknown, options?: { ttlMs?: number; ifVersion?: number }): Promise<CastellanEntry | null>;
  /** Whether there was one; null where it has another version than ifVersion. */
  delete(key: string, options?: { ifVersion?: number }): Promise<boolean | null>;
  /** Keys in order, at most limit (100) of them, behind the key after. */
  list(options?: { prefix?: string; after?: string | null; limit?: number }): Promise<{
    readonly items: readonly ({ readonly key: string } & CastellanEntry)[];
    /** For the next page; null on the last one. */
    readonly nextAfter: string | null;
  }>;
}
/** Keys and values of this tenant, which stay between runs. */
declare const kv: CastellanKv;`;

const own = `
interface CastellanArtifacts {
  /** Keeps a file. It leaves the box as it is written; the last one of a name stays. */
  write(name: string, data: string | ArrayBuffer | ArrayBufferView | Blob, options?: { contentType?: string }): Promise<unknown>;
  /** The bytes of a file that this run has written. */
  read(name: string): Promise<Uint8Array>;
  read(name: string, encoding: 'utf8'): Promise<string>;
}
interface CastellanFiles {
  /** The bytes of a file that the run was given. */
  read(name: string): Promise<Uint8Array>;
  read(name: string, encoding: 'utf8'): Promise<string>;
}
/** Files that the run makes. */
declare const artifacts: CastellanArtifacts;
/** Files that came with the script. */
declare const files: CastellanFiles;
/** Says how far the script is, from 0 to 1. */
declare function progress(fraction: number, text?: string): void;
/** Texts that the request gave. */
declare const env: { readonly [name: string]: string | undefined };
/** The text that the request gave as standard input. */
declare const stdin: string;
/** Imports a module that is allowed. */
declare function require(name: string): any;
declare const module: { exports: any };
declare const exports: any;
`;

const browser = `
declare const browser: import('puppeteer-core').Browser;
declare const page: import('puppeteer-core').Page;
declare const puppeteer: typeof import('puppeteer-core');
`;

const node = `
declare const process: any;
declare const Buffer: any;
declare const global: typeof globalThis;
declare const __dirname: string;
declare const __filename: string;
`;

/** Where types are not known, anything may be used: of the whole module, or of what is below its name. */
function moduleOf(name: string, isTyped: boolean): string {
  const whole = isTyped ? '' : `declare module ${JSON.stringify(name)};\n`;
  return `${whole}declare module ${JSON.stringify(`${name}/*`)};`;
}

interface Group {
  readonly [name: string]: Group | null;
}

/** `mail.send` becomes a constant \`mail\` with a method. */
function helpersOf(helpers: readonly string[]): string[] {
  const tree: Record<string, unknown> = {};
  for (const path of helpers) {
    let group = tree;
    const names = path.split('.');
    for (const name of names.slice(0, -1)) {
      group = (group[name] ??= {}) as Record<string, unknown>;
    }
    group[names.at(-1) ?? ''] = null;
  }
  return Object.entries(tree as Group).map(
    ([name, group]) =>
      `/** A helper of this service. */\ndeclare const ${name}: ${helperType(group)};`,
  );
}

function helperType(group: Group | null): string {
  if (group === null) return '(...args: any[]) => any';
  const members = Object.entries(group).map(([name, each]) => `${name}: ${helperType(each)}`);
  return `{ ${members.join('; ')} }`;
}

const deepest = 6;
const most = 50;

/** The type of a value of JSON; what is deep or long is any. */
export function typeOf(value: unknown, depth = 0): string {
  if (value === null) return 'any';
  if (typeof value !== 'object') return typeof value;
  if (depth === deepest) return 'any';
  if (Array.isArray(value)) {
    const kinds = new Set(value.slice(0, most).map((each) => typeOf(each, depth + 1)));
    return kinds.size === 0 ? 'any[]' : `(${[...kinds].join(' | ')})[]`;
  }
  const fields = Object.entries(value).slice(0, most);
  const known = fields.map(([name, each]) => `${JSON.stringify(name)}: ${typeOf(each, depth + 1)}`);
  return `{ ${known.join('; ')}${known.length === 0 ? '' : ';'} [name: string]: any }`;
}
