import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Creates a folder and those above it, one at a time: where nothing can be created, as in /proc,
 * Node's recursive `mkdir` never returns. A folder that is there stays as it is.
 */
export function makeFolder(path: string): void {
  const folder = resolve(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  if (statSync(dirname(folder), { throwIfNoEntry: false }) === undefined)
    makeFolder(dirname(folder));
  mkdirSync(folder);
}
