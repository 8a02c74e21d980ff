import { cpSync, globSync, lstatSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Files that only people and their tools read. */
const forTools = /\.(?:map|d\.[cm]?ts)$/;

/**
 * Copies the installed packages of the runtime in `root` into the built one in `out`, for the node
 * engine. A link to a package's folder is replaced by that folder; other links are skipped, so that
 * only files of the packages are copied.
 */
export function keepPackages(root: string, out: string): void {
  const installed = join(root, 'node_modules');
  for (const name of globSync(['[!.@]*', '@*/*'], { cwd: installed })) {
    const folder = realpathSync(join(installed, name));
    cpSync(folder, join(out, 'node_modules', name), {
      recursive: true,
      filter: (path) => !forTools.test(path) && !lstatSync(path).isSymbolicLink(),
    });
  }
}
