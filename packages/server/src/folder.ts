import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

/** The data folder as an absolute path, made for its owner only when it is not there. */
export function dataFolder(data: string): string {
  const folder = resolve(data);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
