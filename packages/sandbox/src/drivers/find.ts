import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** The absolute path of a program, as a shell would find it. */
export async function find(name: string): Promise<string | undefined> {
  const folders = isAbsolute(name)
    ? ['']
    : (process.env['PATH'] ?? '/usr/bin:/bin').split(delimiter);
  for (const folder of folders) {
    const path = folder === '' ? name : join(folder, name);
    try {
      await access(path, constants.X_OK);
      if (isAbsolute(path)) return path;
    } catch {
      // Not here.
    }
  }
  return undefined;
}
