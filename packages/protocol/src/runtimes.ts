/**
 * A built set of modules for isolates: the packages of a runtime, or our own Node built-ins. It is a
 * folder: this table in `manifestFile`, one `ModuleIndex` per package, script texts, and compiled
 * code beside them. A script text is a bundle of modules:
 *
 *     (castellan, require) => [() => exports of member 0, () => exports of member 1, …]
 *
 * Everything in a bundle is evaluated when it is first asked for, and once. `castellan` is what a
 * bundle may use besides the globals; `require('packages/a.js#0')` gives a member of another bundle.
 */
export interface ModuleSet {
  /** The version of the form of the folder. */
  readonly format: typeof moduleSetFormat;
  /** The name of the set, as sandboxes and policies call it. */
  readonly name: string;
  /** Packages that scripts may be allowed, by name. */
  readonly packages: Readonly<Record<string, PackageFacts>>;
  /** Every other file of the folder. */
  readonly files: Readonly<Record<string, FileFacts>>;
}

export const moduleSetFormat = 3;

/** The runtime of sandboxes and policies that name none. */
export const defaultRuntime = '2026.11';

/** The file of a set that holds its `ModuleSet`. */
export const manifestFile = 'manifest.json';

/**
 * What scripts can import of one package, or of all built-ins: the file that `indexFile` names. It is
 * JSON, with each entry on a line of its own, so that one can be found without parsing the others.
 */
export type ModuleIndex = readonly IndexEntry[];

/** What a script writes, the member that `import` gives, and that of `require()` if it is another. */
export type IndexEntry = readonly [specifier: string, forImport: Member, forRequire?: Member];

export function indexText(entries: ModuleIndex): string {
  return `[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`;
}

/** The entry of `specifier` in the text of an index. */
export function findEntry(text: string, specifier: string): IndexEntry | undefined {
  const start = text.indexOf(`\n[${JSON.stringify(specifier)},`) + 1;
  if (start === 0) return undefined;
  const line = text.slice(start, text.indexOf('\n', start));
  return JSON.parse(line.replace(/,$/, '')) as IndexEntry;
}

/** One module of a bundle. */
export interface Member {
  readonly bundle: string;
  /** Its place in the list that the bundle gives. */
  readonly index: number;
  readonly kind: MemberKind;
  /** What an ES module can import from it by name; `default` is among them where there is one. */
  readonly names: readonly string[];
}

/**
 * `module`: an ES module, its exports are a namespace. `commonjs`: `module.exports`, of any kind.
 * `json`: a parsed file.
 */
export type MemberKind = 'module' | 'commonjs' | 'json';

export interface PackageFacts {
  /** From its manifest. */
  readonly version: string;
  /** From its manifest: mostly an SPDX expression. */
  readonly license: string;
  /** How many specifiers lead into it. */
  readonly specifiers: number;
  /** Packages that are bundled into it, as `name@version`, with their licences. */
  readonly includes: Readonly<Record<string, string>>;
  /** Node built-ins that it mentions and that do not exist here: using one throws. */
  readonly absent: readonly string[];
  /** Subpaths that cannot be loaded in an isolate, and why. */
  readonly leftOut: Readonly<Record<string, string>>;
}

export interface FileFacts {
  /** Its length in bytes. */
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** The package that a bare specifier names: `@a/b` of `@a/b/c`. */
export function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The name of the set of our own built-ins, and of its one index. */
export const builtinsName = 'builtins';

/** The file with the `ModuleIndex` of a package. */
export function indexFile(name: string): string {
  return `${name.replaceAll('/', '+')}.index.json`;
}

/** The file with compiled code of a bundle. Only our own build makes any: it is as good as machine code. */
export function codeFile(bundle: string, key: string): string {
  return `${bundle}.${key}.code`;
}

/**
 * What compiled code is made for: V8 takes it in the same version of itself, on the same kind of
 * processor, and in isolates that start from the same snapshot. `snapshotSha256` is hexadecimal.
 */
export function codeKey(v8: string, arch: string, snapshotSha256: string): string {
  return `${v8}-${arch}-${snapshotSha256.slice(0, 16)}`;
}
