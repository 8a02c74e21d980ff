import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes `text` the standard input of this process: a file without a name, so that `process.stdin`, reads
 * of descriptor 0 and child processes all get it. An empty one is /dev/null, as the box was started.
 */
export function feedStdin(text: string): void {
  if (text === '') return;
  const file = join(tmpdir(), 'stdin');
  writeFileSync(file, text);
  // The lowest free descriptor is the one that is opened.
  closeSync(0);
  const descriptor = openSync(file, 'r');
  unlinkSync(file);
  if (descriptor !== 0) throw new Error(`The standard input became descriptor ${descriptor}`);
}
