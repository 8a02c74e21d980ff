import { cpSync, existsSync, lstatSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Files that only people and their tools read. */
const besides = /\.(?:map|d\.[cm]?ts)$/;

/**
 * Copies the installed packages of the runtime in `root` into the built one in `out`, for the node
 * engine. What is a link to a package's folder becomes that folder; other links are left out, so
 * that nothing but files of the packages gets there.
 */
export function keepPackages(root: string, out: string): void {
  const installed = join(root, 'node_modules');
  for (const name of packagesIn(installed)) {
    const folder = realpathSync(join(installed, name));
    cpSync(folder, join(out, 'node_modules', name), {
      recursive: true,
      filter: (path) => !besides.test(path) && !lstatSync(path).isSymbolicLink(),
    });
  }
}

/** The names of the packages that lie in a `node_modules`, in order; none when there is no folder. */
export function packagesIn(nodeModules: string): string[] {
  if (!existsSync(nodeModules)) return [];
  return readdirSync(nodeModules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => {
      if (!name.startsWith('@')) return [name];
      return readdirSync(join(nodeModules, name)).map((inner) => `${name}/${inner}`);
    })
    .toSorted();
}
