import assert from 'node:assert/strict';
import { copyFileSync, cpSync, existsSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Puts this Node and this npm into `bin` and `lib` of a folder, where any user may run them. */
export function putTools(folder: string): void {
  for (const each of ['bin', 'lib']) mkdirSync(join(folder, each), { recursive: true });
  copyFileSync(process.execPath, join(folder, 'bin/node'));
  cpSync(npmFolder(), join(folder, 'lib/npm'), { recursive: true, dereference: true });
  for (const name of ['npm', 'npx']) {
    symlinkSync(`../lib/npm/bin/${name}-cli.js`, join(folder, 'bin', name));
  }
}

/** The npm that `npm test` runs with. */
function npmFolder(): string {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'npm'))
    .find((file) => existsSync(file));
  return join(dirname(realpathSync(found ?? assert.fail('no npm'))), '..');
}
