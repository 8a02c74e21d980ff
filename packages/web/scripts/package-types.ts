/** The types of the packages of a runtime, as a script sees them: each package with all that its types mention. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** The types of one package, for an editor that has no disk. */
export interface PackageTypes {
  /** By specifier: the file that it means. Those of other packages that the types mention are here, too. */
  readonly entries: Readonly<Record<string, string>>;
  /** Their texts, by path below `node_modules`. */
  readonly files: Readonly<Record<string, string>>;
}

/** Characters of a package's types; of a larger one a person gets no types. */
const mostCharacters = 2 ** 20;

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  // Where a script's own import leads.
  customConditions: ['node'],
};

/**
 * Collects what an import of the package, or of what is below it by `subpaths`, has as its type, from the
 * declarations that are installed in a folder. Null where there are none, or too many.
 */
export function packageTypes(
  name: string,
  subpaths: readonly string[],
  folder: string,
): PackageTypes | null {
  const cache = new Map<string, string>();
  const entries: Record<string, string> = {};
  const files: Record<string, string> = {};
  const waiting: string[] = [];
  const nameOf = (file: string): string => file.replace(/^.*?\/node_modules\//, '');

  /** The declarations that a specifier in a file means; undefined: none, or what no declaration is. */
  const find = (specifier: string, from: string): string | undefined => {
    const { resolvedModule } = ts.resolveModuleName(specifier, from, options, ts.sys);
    const file = resolvedModule?.resolvedFileName;
    return file !== undefined && /\.d\.[cm]?ts$/.test(file) ? file : undefined;
  };
  const add = (specifier: string, from: string): boolean => {
    const file = find(specifier, from);
    if (file === undefined) return false;
    if (!specifier.startsWith('.')) entries[specifier] ??= nameOf(file);
    if (!cache.has(file)) {
      cache.set(file, readFileSync(file, 'utf8'));
      waiting.push(file);
    }
    return true;
  };

  const script = join(folder, 'script.ts');
  if (!add(name, script)) return null;
  for (const path of subpaths) add(`${name}/${path}`, script);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const text = cache.get(file) ?? '';
    files[nameOf(file)] = withoutGlobals(text);
    const { importedFiles, referencedFiles } = ts.preProcessFile(text, true, true);
    for (const { fileName } of importedFiles) add(fileName, file);
    for (const { fileName } of referencedFiles) {
      add(/^\.\.?\//.test(fileName) ? fileName : `./${fileName}`, file);
    }
  }
  const length = Object.values(files).reduce((sum, text) => sum + text.length, 0);
  return length > mostCharacters ? null : { entries, files };
}

/** Takes out what would give a script names that its policy does not: libraries of browsers and of Node, UMD globals. */
function withoutGlobals(text: string): string {
  return text.replaceAll(
    /^(?:\/\/\/\s*<reference\s+(?:lib|types)=.*|export as namespace \w+;?)$/gm,
    '',
  );
}

/** A package of a runtime in this repository, with the types of what scripts may import of it. */
export interface TypedPackage {
  /** `name@version`, as the service tells of it. */
  readonly id: string;
  readonly types: PackageTypes;
}

/** The packages of a runtime's folder that have types. */
export function typedPackages(folder: string): TypedPackage[] {
  const { dependencies, castellan } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  ) as {
    dependencies: Readonly<Record<string, string>>;
    castellan: { packages: Readonly<Record<string, { subpaths?: readonly string[] }>> };
  };
  return Object.entries(dependencies).flatMap(([name, version]) => {
    const subpaths = castellan.packages[name]?.subpaths ?? [];
    const plain = subpaths.filter((path) => /^[\w/-]+$/.test(path));
    const types = packageTypes(name, plain, folder);
    return types === null ? [] : [{ id: `${name}@${version}`, types }];
  });
}

/** The folders of the packages that some types come from, whose licences go with them. */
export function foldersOf(
  packages: readonly TypedPackage[],
  runtimes: readonly string[],
): string[] {
  const paths = packages.flatMap(({ types }) => Object.keys(types.files));
  const names = new Set(paths.map((path) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path));
  return [...names].toSorted().map((name) => {
    const places = runtimes.map((runtime) => join(runtime, 'node_modules', name));
    const folder = places.find((place) => existsSync(join(place, 'package.json')));
    if (folder === undefined) throw new Error(`${name} is not installed`);
    return folder;
  });
}
