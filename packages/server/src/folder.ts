import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CastellanError } from '@castellan/protocol';

/**
 * Returns the data folder as an absolute path, and creates it for its owner only if it is missing.
 * Throws `invalid_option`.
 */
export function dataFolder(data: string): string {
  const folder = resolve(data);
  try {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) make(folder);
    return folder;
  } catch (error) {
    throw new CastellanError(
      'invalid_option',
      `The data folder ${folder} cannot be made: ${(error as Error).message}. Name another with --data.`,
      { cause: error },
    );
  }
}

/**
 * Creates one level at a time: where nothing can be created, as in /proc, Node's recursive `mkdir`
 * never returns.
 */
function make(folder: string): void {
  const parent = dirname(folder);
  if (statSync(parent, { throwIfNoEntry: false }) === undefined) make(parent);
  mkdirSync(folder, { mode: 0o700 });
}
