import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { parseSync } from 'oxc-parser';
import { root } from './sources.support.ts';

/** The names that an entry point offers, sorted. */
export interface Exported {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/** What each entry point of a package exports, by its specifier: `@castellan/sandbox/doctor`. */
export function exportsOf(folder: string): Record<string, Exported> {
  const file = join(root, 'packages', folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as {
    name: string;
    exports?: Readonly<Record<string, string | { readonly default: string }>>;
  };
  const found: Record<string, Exported> = {};
  for (const [path, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'string') continue;
    const source = target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts');
    const names = namesOf(join('packages', folder, source), (each) =>
      readFileSync(join(root, each), 'utf8'),
    );
    const of = (isType: boolean): string[] =>
      [...names]
        .filter(([, each]) => each === isType)
        .map(([name]) => name)
        .toSorted();
    found[manifest.name + path.slice(1)] = { values: of(false), types: of(true) };
  }
  return found;
}

/** The exported names of a source, `export *` followed; whether each is only a type. */
export function namesOf(
  file: string,
  read: (file: string) => string,
  seen: ReadonlySet<string> = new Set(),
): Map<string, boolean> {
  const names = new Map<string, boolean>();
  if (seen.has(file)) return names;
  const { module } = parseSync(file, read(file));
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, exportName, isType } of entries) {
      if (exportName.name !== null) names.set(exportName.name, isType);
      else if (moduleRequest === null) names.set('default', isType);
      else {
        const next = normalize(join(file, '..', moduleRequest.value));
        if (!moduleRequest.value.startsWith('.')) throw new Error(`${file}: export * from outside`);
        for (const [name, only] of namesOf(next, read, new Set([...seen, file]))) {
          if (name !== 'default') names.set(name, only || isType);
        }
      }
    }
  }
  return names;
}
