/**
 * A built set of modules for isolates: the packages of a runtime, or our own Node built-ins. It is a
 * folder: this table in `manifestFile`, and a shelf in `shelfFile` with one `ModuleIndex` per package,
 * script texts, and compiled code beside them. A script text is a bundle of modules:
 *
 *     (castellan, require) => [() => exports of member 0, () => exports of member 1, …]
 *
 * Each member is evaluated once, when it is first required. `castellan` is what a bundle may use
 * besides the globals; `require('packages/a.js#0')` returns a member of another bundle.
 */
export interface ModuleSet {
  /** The version of the folder's format. */
  readonly format: typeof moduleSetFormat;
  /** The name by which sandboxes and policies select it. */
  readonly name: string;
  /** Packages that a policy may allow, by name. */
  readonly packages: Readonly<Record<string, PackageFacts>>;
  /** Every other file of the folder. */
  readonly files: Readonly<Record<string, FileFacts>>;
}

export const moduleSetFormat = 4;

/** The runtime of sandboxes and policies that name none. */
export const defaultRuntime = '2026.11';

/** The file of a set that holds its `ModuleSet`. */
export const manifestFile = 'manifest.json';

/** The file of a set that isolates read: everything but what people and the node engine need. */
export const shelfFile = 'modules.shelf';

/** The shelf of the runner's own programs that few runs need. */
export const programsFile = 'programs.shelf';

/**
 * The file of a set that holds its packages for the node engine, where a folder of thousands of files
 * would have to be shipped; a `node_modules` beside it goes first. Brotli over
 *
 *     length of the list, 4 bytes, big endian | list, JSON of `PackedFile[]` | contents, in its order
 */
export const packedPackages = 'packages.br';

/**
 * The types of one package, for an editor that has no disk: what stands in `typesFile`, as JSON and as gzip
 * has it. A set without such a file knows no types of the package.
 */
export interface PackageTypes {
  /** By specifier: the file that it means. Those of other packages that the types mention are here, too. */
  readonly entries: Readonly<Record<string, string>>;
  /** Their texts, by path below `node_modules`. */
  readonly files: Readonly<Record<string, string>>;
}

/** The file of a set that holds the `PackageTypes` of a package. */
export function typesFile(name: string): string {
  return `${name.replaceAll('/', '+')}.types.json.gz`;
}

/** A path below `node_modules`, with `/` between its segments, and its length in bytes. */
export type PackedFile = readonly [path: string, sizeBytes: number];

/**
 * The modules that scripts can import of one package, or of all built-ins: what stands on the shelf as
 * `indexFile` says. JSON with one entry per line, so that one can be found without parsing
 * the others.
 */
export type ModuleIndex = readonly IndexEntry[];

/**
 * The specifier in a script, the member for `import`, and the member for `require()` if it differs.
 */
export type IndexEntry = readonly [specifier: string, forImport: Member, forRequire?: Member];

export function indexText(entries: ModuleIndex): string {
  return `[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`;
}

/** Finds the entry of `specifier` in the text of an index. */
export function findEntry(text: string, specifier: string): IndexEntry | undefined {
  const start = text.indexOf(`\n[${JSON.stringify(specifier)},`) + 1;
  if (start === 0) return undefined;
  const line = text.slice(start, text.indexOf('\n', start));
  return JSON.parse(line.replace(/,$/, '')) as IndexEntry;
}

/** One module of a bundle. */
export interface Member {
  readonly bundle: string;
  /** Its place in the list that the bundle returns. */
  readonly index: number;
  readonly kind: MemberKind;
  /** The names that an ES module can import from it, including `default` if there is one. */
  readonly names: readonly string[];
}

/**
 * `module`: an ES module; its exports are a namespace. `commonjs`: `module.exports`, of any type.
 * `json`: a parsed file.
 */
export type MemberKind = 'module' | 'commonjs' | 'json';

export interface PackageFacts {
  /** From its manifest. */
  readonly version: string;
  /** From its manifest: mostly an SPDX expression. */
  readonly license: string;
  /** How many specifiers resolve to it. */
  readonly specifiers: number;
  /** Packages that are bundled into it, as `name@version`, with their licences. */
  readonly includes: Readonly<Record<string, string>>;
  /** Node built-ins that it refers to and that do not exist here: using one throws. */
  readonly absent: readonly string[];
  /** Subpaths that cannot be loaded in an isolate, with the reason. */
  readonly leftOut: Readonly<Record<string, string>>;
}

export interface FileFacts {
  /** Its length in bytes. */
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** Returns the package of a bare specifier: `@a/b` for `@a/b/c`. */
export function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The name of the set of our own built-ins, and of its only index. */
export const builtinsName = 'builtins';

/** Returns the name on the shelf of the `ModuleIndex` of a package. */
export function indexFile(name: string): string {
  return `${name.replaceAll('/', '+')}.index.json`;
}

/**
 * Returns the name of the compiled code of a bundle or program. Only our own build makes such code: it is
 * trusted like machine code.
 */
export function codeFile(bundle: string, key: string): string {
  return `${bundle}.${key}.code`;
}

/**
 * The runner's program, of which a build keeps compiled code under a key with its hash: V8 itself compares
 * only the lengths of sources.
 */
export const mainProgram = 'main.js';

/**
 * Identifies what compiled code was made for: V8 accepts it in the same version, on the same
 * processor architecture, and for the same text: that of an isolate's snapshot, or of
 * `mainProgram`. `sha256` is hexadecimal.
 */
export function codeKey(v8: string, arch: string, sha256: string): string {
  return `${v8}-${arch}-${sha256.slice(0, 16)}`;
}

/**
 * What packages may read of `process`, which isolates do not have: `castellan.process` has these members.
 * `typeof process` still says so, since packages take it for all of Node.
 */
export const processMembers = [
  'arch',
  'argv',
  'cwd',
  'emitWarning',
  'env',
  'nextTick',
  'off',
  'on',
  'once',
  'platform',
  'removeListener',
  'stderr',
  'stdout',
  'version',
  'versions',
] as const;
