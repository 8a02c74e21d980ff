import { existsSync, globSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type PackageTypes, packageName } from '@castellan/protocol/runtimes';
import { build, type Metafile, type OnResolveResult, type Plugin } from 'esbuild';
import type { RuntimePackage } from './packages.ts';

/** Characters of the types of a package's main entry, with all that they mention; of more it has none. */
const mostCharacters = 2 ** 20;
/** And of what the rest of its entries add, in their order. */
const mostBeside = 2 ** 16;

/** Between quotes in a declaration: what it imports, and the files that it refers to. */
const mentions =
  /\b(?:from|import|require)\s*\(?\s*(['"])([^'"\n]+)\1|^\/\/\/\s*<reference\s+path=(['"])([^'"\n]+)\3/gm;

/** What would give a script names that its policy does not: libraries of browsers and of Node, UMD globals. */
const globals = /^(?:\/\/\/\s*<reference\s+(?:lib|types)=.*|export as namespace \w+;?)$/gm;

/** The types of packages, and where they come from. */
export interface RuntimeTypes {
  /** By package; one that has none is not here. */
  readonly packages: ReadonlyMap<string, PackageTypes>;
  /** Folders of the packages that some of the files are of. */
  readonly folders: readonly string[];
}

/**
 * Collects the declarations of packages that are installed in `root`, each with all that it mentions of
 * others: what an editor without a disk needs. A package without declarations takes those of `@types`.
 */
export async function readTypes(
  root: string,
  packages: readonly RuntimePackage[],
): Promise<RuntimeTypes> {
  const installed = join(root, 'node_modules');
  const specifiers = packages.flatMap(({ subpaths }) => subpaths.map((each) => each.specifier));
  const { inputs } = (
    await build({
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      logLevel: 'silent',
      platform: 'neutral',
      preserveSymlinks: true,
      // Where a script's own import leads.
      conditions: ['types', 'node'],
      mainFields: ['types', 'typings', 'module', 'main'],
      resolveExtensions: ['.d.ts', '.d.mts', '.d.cts', '.js', '.mjs', '.cjs'],
      stdin: { contents: imports(specifiers), resolveDir: root },
      plugins: [declarations(installed, packages)],
    })
  ).metafile;
  const found = new Map<string, PackageTypes>();
  const folders = new Set<string>();
  for (const { name, subpaths } of packages) {
    const own = subpaths.map(({ specifier }) => specifier);
    const types = typesOf([name, ...own.filter((each) => each !== name)], inputs, root);
    if (types === undefined) continue;
    found.set(name, types);
    for (const file of Object.keys(types.files)) {
      const [, owner = ''] = /^(.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
      folders.add(join(installed, owner + packageName(file.slice(owner.length))));
    }
  }
  return { packages: found, folders: [...folders] };
}

type Inputs = Metafile['inputs'];

/** What the specifiers mean, as long as there is room for it; undefined if that is not even the first. */
function typesOf(
  specifiers: readonly string[],
  inputs: Inputs,
  root: string,
): PackageTypes | undefined {
  const meant = new Map(
    (inputs['<stdin>']?.imports ?? []).map(({ original = '', path }) => [original, path] as const),
  );
  const entries: Record<string, string> = {};
  const files = new Map<string, string>();
  const plain = (path: string): string => path.replace(/^node_modules\//, '');
  let room = mostCharacters;
  const [main] = specifiers;
  for (const specifier of specifiers) {
    const start = meant.get(specifier);
    const added = new Map<string, string>();
    const others = new Map<string, string>();
    for (const path of start === undefined ? [] : reached(start, inputs)) {
      if (files.has(path)) continue;
      added.set(path, readFileSync(join(root, path), 'utf8').replaceAll(globals, ''));
      for (const { original = '', path: to } of inputs[path]?.imports ?? []) {
        if (!original.startsWith('.') && to in inputs) others.set(original, plain(to));
      }
    }
    const length = added.values().reduce((sum, text) => sum + text.length, 0);
    const isThere = start !== undefined && start in inputs && length <= room;
    if (!isThere && specifier === main) return undefined;
    if (!isThere) continue;
    room = specifier === main ? mostBeside : room - length;
    for (const [path, text] of added) files.set(path, text);
    for (const [other, path] of others) entries[other] ??= path;
    entries[specifier] = plain(start);
  }
  return {
    entries: sorted(Object.entries(entries)),
    files: sorted([...files].map(([path, text]) => [plain(path), text])),
  };
}

/** A file and all that it leads to. */
function reached(start: string, inputs: Inputs): ReadonlySet<string> {
  const paths = new Set([start]);
  for (const path of paths) {
    for (const { path: next } of inputs[path]?.imports ?? []) if (next in inputs) paths.add(next);
  }
  return start in inputs ? paths : new Set();
}

/** Leads from declaration to declaration; a specifier without one is nobody's. */
function declarations(installed: string, packages: readonly RuntimePackage[]): Plugin {
  const within = [realpathSync(installed), ...packages.map(({ folder }) => folder)];
  const isOurs = (path: string): boolean => {
    const real = realpathSync(path);
    return (
      path.startsWith(`${installed}/`) && within.some((folder) => real.startsWith(`${folder}/`))
    );
  };
  const found = (path: string): OnResolveResult | undefined => {
    const file = candidates(path).find((each) => statSync(each, quiet)?.isFile() === true);
    return file !== undefined && isOurs(file) ? { path: file } : undefined;
  };
  const isTyped = new Map<string, boolean>();
  /** Where a package's own declarations may be, and those that others wrote for it. */
  const places = (specifier: string): string[] => {
    const name = packageName(specifier);
    const others = `@types/${name.replace(/^@(.*)\//, '$1__')}`;
    return [name, others].flatMap((each) => {
      const has = isTyped.get(each) ?? hasDeclarations(join(installed, each));
      isTyped.set(each, has);
      return has ? [each + specifier.slice(name.length)] : [];
    });
  };
  return {
    name: 'declarations',
    setup({ onResolve, onLoad, resolve: ask }) {
      onResolve({ filter: /^/ }, async ({ path, resolveDir, importer, pluginData }) => {
        if (pluginData === 'asked') return undefined;
        const nobody = { path, external: true };
        if (path.startsWith('.')) return found(resolve(dirname(importer), path)) ?? nobody;
        for (const specifier of places(path)) {
          const options = { resolveDir, importer, kind: 'import-statement', pluginData: 'asked' };
          const asked = await ask(specifier, options as Parameters<typeof ask>[1]);
          const file = asked.errors.length === 0 ? found(asked.path) : undefined;
          if (file !== undefined) return file;
        }
        return nobody;
      });
      onLoad({ filter: /\.d\.[cm]?ts$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        // Too long for any package, so nothing of it is read either.
        if (text.length > mostCharacters) return { contents: '', loader: 'js' };
        const names = [...text.matchAll(mentions)].map(([, , name, , file]) =>
          file === undefined || file.startsWith('.') ? (name ?? file ?? '') : `./${file}`,
        );
        return { contents: imports([...new Set(names)]), loader: 'js' };
      });
    },
  };
}

function hasDeclarations(folder: string): boolean {
  return existsSync(folder) && globSync('**/*.d.{ts,mts,cts}', { cwd: folder }).length > 0;
}

const quiet = { throwIfNoEntry: false } as const;

/** Where the declarations of a file or folder may be. */
function candidates(path: string): string[] {
  if (/\.d\.[cm]?ts$/.test(path)) return [path];
  const [, start = path, kind = ''] = /^(.*)\.([cm]?)[jt]sx?$/.exec(path) ?? [];
  const beside = path === start ? [] : [`${start}.d.${kind}ts`];
  return [...beside, `${path}.d.ts`, `${path}.d.mts`, join(path, 'index.d.ts')];
}

function imports(specifiers: readonly string[]): string {
  return specifiers.map((each) => `import ${JSON.stringify(each)};\n`).join('');
}

function sorted<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
