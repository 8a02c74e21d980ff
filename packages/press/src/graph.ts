import { join } from 'node:path';
import type { MemberKind } from '@castellan/protocol/runtimes';
import type { Metafile } from 'esbuild';

/** The module graph of a package, from the metafile of bundling everything that it offers. */
export interface Graph {
  kind(file: string): MemberKind;
  /** Returns the file that `specifier` resolves to in `importer`. */
  resolved(importer: string, specifier: string): string | undefined;
  /**
   * The offered files in groups, one bundle each. A file that two groups reach is bundled into one
   * of them and listed in its `files`, so that no file exists twice.
   */
  readonly groups: readonly Group[];
}

export interface Group {
  readonly files: readonly string[];
  /** Files of another group that this one needs. */
  readonly needs: ReadonlySet<string>;
}

/** Paths of esbuild inputs that are no files of a bundle. Several bundles may have the same one. */
const standIn = /^(?:<stdin>|(?:commonjs|module|json|absent|missing):.*)$/;

/**
 * Groups `files`. Everything that `main` reaches is one group, whatever else uses it, since it is
 * loaded most often; other files share a group if they reach a common file outside of it.
 */
export function readGraph(
  files: readonly string[],
  main: readonly string[],
  folder: string,
  { inputs }: Metafile,
): Graph {
  const formats = new Map<string, string | undefined>();
  const imports = new Map<string, Map<string, string>>();
  for (const [input, { imports: list, format }] of Object.entries(inputs)) {
    if (standIn.test(input)) continue;
    const inside = list.filter(({ path }) => inputs[path] !== undefined && !standIn.test(path));
    formats.set(join(folder, input), format);
    imports.set(
      join(folder, input),
      new Map(inside.map(({ original = '', path }) => [original, join(folder, path)])),
    );
  }
  const reach = (from: readonly string[], without: ReadonlySet<string>): Set<string> => {
    const found = new Set<string>();
    const open = from.filter((file) => !without.has(file));
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (found.has(file)) continue;
      found.add(file);
      for (const next of imports.get(file)?.values() ?? []) if (!without.has(next)) open.push(next);
    }
    return found;
  };

  const core = reach(main, new Set());
  const rest = files.filter((file) => !core.has(file));
  const needsOf = (from: Iterable<string>): Set<string> =>
    new Set(
      [...from]
        .flatMap((file) => [...(imports.get(file)?.values() ?? [])])
        .filter((file) => core.has(file)),
    );
  const others = together(rest, (file) => reach([file], core)).map((group): Group => {
    return { files: group, needs: needsOf(reach(group, core)) };
  });
  const offered = new Set([
    ...main,
    ...files.filter((file) => core.has(file)),
    ...others.flatMap(({ needs }) => [...needs]),
  ]);
  // Main files that reach no common file are separate bundles.
  const first = together([...offered], (file) => reach([file], new Set())).map((group): Group => {
    return { files: group, needs: new Set() };
  });
  return {
    kind(file) {
      if (file.endsWith('.json')) return 'json';
      return formats.get(file) === 'esm' ? 'module' : 'commonjs';
    },
    resolved: (importer, specifier) => imports.get(importer)?.get(specifier),
    groups: [...first, ...others],
  };
}

/** Groups files whose `reach` overlaps, directly or through others. */
function together(
  files: readonly string[],
  reach: (file: string) => ReadonlySet<string>,
): string[][] {
  const parents = new Map<string, string>();
  const rootOf = (file: string): string => {
    let root = file;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    return root;
  };
  for (const file of files) {
    for (const other of reach(file)) {
      const [left, right] = [rootOf(file), rootOf(other)];
      if (left !== right) parents.set(left, right);
    }
  }
  return [...Map.groupBy(files, rootOf).values()];
}
