import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A writable folder of a script without walls. Disposing of it removes it with what is in it. */
export interface PlainFolder extends AsyncDisposable {
  readonly root: string;
  readonly work: string;
}

/** Only where there is no box: a box has a file system of its own that the host never sees. */
export function plainFolder(): PlainFolder {
  const root = mkdtempSync(join(tmpdir(), 'castellan-'));
  for (const name of ['work', 'tmp', 'home']) mkdirSync(join(root, name));
  return {
    root,
    work: join(root, 'work'),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
