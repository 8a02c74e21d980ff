import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CastellanError } from '@castellan/protocol';

/** The data folder as an absolute path, made for its owner only when it is not there. Throws `invalid_option`. */
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

/** Step by step: where nothing can be made at all, as in /proc, Node's own recursion never ends. */
function make(folder: string): void {
  const parent = dirname(folder);
  if (statSync(parent, { throwIfNoEntry: false }) === undefined) make(parent);
  mkdirSync(folder, { mode: 0o700 });
}
