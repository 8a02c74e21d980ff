import { accessSync, constants, mkdirSync, readdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CastellanError } from '@castellan/protocol';

/**
 * Returns the data folder as an absolute path, and creates it for its owner only if it is missing.
 * Throws `invalid_option` if this process cannot write to all of it.
 */
export function dataFolder(data: string): string {
  const folder = resolve(data);
  const { R_OK, W_OK, X_OK } = constants;
  let path = folder;
  try {
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) make(folder);
    // Throws for a file, too.
    const names = readdirSync(folder);
    accessSync(folder, R_OK | W_OK | X_OK);
    for (const name of names) accessSync((path = join(folder, name)), R_OK | W_OK);
    return folder;
  } catch (error) {
    const what = path === folder ? 'The data folder' : 'In the data folder';
    throw new CastellanError('invalid_option', `${what} ${path} ${whyNot(error)}.`, {
      fix: 'name a folder that this user may write to with --data',
      option: 'data',
      value: data,
      cause: error,
    });
  }
}

function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'is no folder';
  if (code === 'EROFS') return 'is on a file system that is read-only';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'is on a disk that is full';
  if (code === 'EACCES' || code === 'EPERM') {
    const { username, uid } = userInfo();
    return `cannot be written to by the user ${username} (${uid})`;
  }
  return `cannot be used: ${message}`;
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
