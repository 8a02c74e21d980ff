import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A writable folder for a script without isolation. Disposing of it removes it with its content. */
export interface PlainFolder extends AsyncDisposable {
  readonly root: string;
  readonly work: string;
}

/** Used only without a box: a box has its own file system, which the machine never sees. */
export function plainFolder(): PlainFolder {
  const root = mkdtempSync(join(tmpdir(), 'castellan-'));
  for (const name of ['work', 'tmp', 'home']) mkdirSync(join(root, name));
  return {
    root,
    work: join(root, 'work'),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
