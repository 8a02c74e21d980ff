/**
 * A built set of modules for isolates: the packages of a runtime, or our own Node built-ins. It is
 * a folder with this table as `manifest.json` and one file of script text for each bundle:
 *
 *     (castellan, require) => [() => exports of member 0, () => exports of member 1, …]
 *
 * Everything in a bundle is evaluated when it is first asked for, and once. `castellan` is what a
 * bundle may use besides the globals; `require('packages/a.js#0')` gives a member of another bundle.
 */
export interface ModuleSet {
  readonly format: typeof moduleSetFormat;
  readonly name: string;
  /** Packages that scripts may be allowed, by name. */
  readonly packages: Readonly<Record<string, PackageFacts>>;
  readonly members: readonly Member[];
  /** By what a script writes: the indexes of the members that `import` and `require()` give. */
  readonly specifiers: Readonly<Record<string, readonly [forImport: number, forRequire: number]>>;
  /** Files of script text by name. */
  readonly bundles: Readonly<Record<string, BundleFacts>>;
}

export const moduleSetFormat = 1;

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
  readonly version: string;
  readonly license: string;
  /** Packages that are bundled into it, as `name@version`, with their licences. */
  readonly includes: Readonly<Record<string, string>>;
  /** Node built-ins that it mentions and that do not exist here: using one throws. */
  readonly absent: readonly string[];
  /** Subpaths that cannot be loaded in an isolate, and why. */
  readonly leftOut: Readonly<Record<string, string>>;
}

export interface BundleFacts {
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Compiled code of the bundle, by what can take it; see `codeKey`. */
  readonly code: Readonly<Record<string, CodeFacts>>;
}

/**
 * What compiled code is made for: V8 takes it in the same version of itself, on the same kind of
 * processor, and in isolates that start from the same snapshot. `snapshotSha256` is hexadecimal.
 */
export function codeKey(v8: string, arch: string, snapshotSha256: string): string {
  return `${v8}-${arch}-${snapshotSha256.slice(0, 16)}`;
}

/** A file beside the bundle. Only our own build makes any: it is as good as machine code. */
export interface CodeFacts {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}
