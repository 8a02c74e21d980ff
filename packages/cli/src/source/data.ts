import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { isFilePath } from '@castellan/protocol/paths';
import { shown, type SourceFiles } from '@castellan/protocol/kinds';
import { UsageError } from '../args/usage-error.ts';

/**
 * Reads the files that the user gives to the script of `entry`. One that lies in its folder has the same
 * path in the run, any other its own name. Throws a `UsageError` for one that cannot be read, or that is
 * larger than `mostBytes`.
 */
export function readData(paths: readonly string[], entry: string, mostBytes: number): SourceFiles {
  const folder = dirname(realpathSync(entry));
  const files = new Map<string, { base64: string }>();
  for (const path of paths) {
    const name = nameIn(folder, path);
    if (!isFilePath(name))
      throw new UsageError(`--file ${shown(path)} has a name that no run takes.`);
    if (files.has(name)) {
      throw new UsageError(
        `--file ${shown(path)}: another file is ${shown(name)} in the run already.`,
      );
    }
    files.set(name, { base64: contentOf(path, mostBytes).toString('base64') });
  }
  return Object.fromEntries(files);
}

function nameIn(folder: string, path: string): string {
  const inside = relative(folder, resolve(path));
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`)
    ? basename(path)
    : inside;
}

/** Does not wait for a pipe. */
function contentOf(path: string, mostBytes: number): Buffer {
  const { O_RDONLY, O_NONBLOCK, O_NOCTTY } = constants;
  const refused = (why: string): UsageError => new UsageError(`--file ${shown(path)} ${why}.`);
  let descriptor: number;
  try {
    descriptor = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw refused(code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`);
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw refused('is no regular file');
    if (stat.size > mostBytes) throw refused(`has ${stat.size} bytes; raise --source-size`);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
