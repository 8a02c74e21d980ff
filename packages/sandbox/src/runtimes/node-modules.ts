import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The names of the packages in a `node_modules`, in order; none when there is no folder. */
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
