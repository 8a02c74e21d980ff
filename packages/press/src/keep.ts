import { cpSync, globSync, lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Files that only people and their tools read: types and sources, documentation, tests. */
const forTools =
  /\.(?:map|[cm]?tsx?|flow|markdown|html|ya?ml)$|^(?!licen[cs]e|notice|copying).*\.md$/i;

/** Folders of a package that nothing imports. Only at its top: deeper ones may be part of it. */
const besides = new Set(['test', 'tests', '__tests__', 'docs', 'example', 'examples', 'benchmark']);

/**
 * Copies the installed packages of the runtime in `root` into the built one in `out`, for the node
 * engine. A link to a package's folder is replaced by that folder; other links are skipped, so that
 * only files of the packages are copied.
 */
export function keepPackages(root: string, out: string): void {
  const installed = join(root, 'node_modules');
  for (const name of globSync(['[!.@]*', '@*/*'], { cwd: installed })) {
    // Types alone: nothing imports them.
    if (name.startsWith('@types/')) continue;
    const folder = realpathSync(join(installed, name));
    cpSync(folder, join(out, 'node_modules', name), {
      recursive: true,
      filter: (path) =>
        !forTools.test(basename(path)) &&
        !(besides.has(basename(path)) && dirname(path) === folder) &&
        !lstatSync(path).isSymbolicLink(),
    });
  }
}
