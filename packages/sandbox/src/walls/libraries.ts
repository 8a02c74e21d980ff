import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The dynamic loader of x86-64 programs with the GNU C library. */
export const loader = '/lib64/ld-linux-x86-64.so.2';

/**
 * Host paths of the shared libraries of the given files and of the loader itself, each once.
 * It asks the loader, so that the answer is what will really be loaded. Rejects when one cannot be found.
 */
export async function librariesOf(files: readonly string[]): Promise<readonly string[]> {
  const found = new Set([loader]);
  for (const file of files) {
    const { stdout } = await promisify(execFile)(loader, ['--list', file], { env: {} });
    for (const path of parseList(stdout)) found.add(path);
  }
  return [...found];
}

/** Parts of the GNU C library that Node itself does not need, but native add-ons of packages do. */
const forAddons = [
  'librt.so.1',
  'libutil.so.1',
  'libresolv.so.2',
  'libmvec.so.1',
  // Name lookup in files; part of libc itself since 2.34.
  'libnss_files.so.2',
];

/**
 * Host paths of further parts of the C library, found beside `libraries`, that native add-ons may
 * need.
 */
export function librariesForAddons(libraries: readonly string[]): readonly string[] {
  const libc = libraries.find((path) => basename(path) === 'libc.so.6');
  if (libc === undefined) return [];
  return forAddons.map((name) => join(dirname(libc), name)).filter((path) => existsSync(path));
}

/** Lines look like `libc.so.6 => /lib/…/libc.so.6 (0x…)`; the kernel's own library has no path. */
export function parseList(text: string): string[] {
  const paths: string[] = [];
  for (const line of text.split('\n')) {
    const missing = /^\s*(\S+) => not found/.exec(line)?.[1];
    if (missing !== undefined) throw new Error(`library ${missing} was not found`);
    const path = /^\s*(?:\S+ => )?(\/\S+) \(0x/.exec(line)?.[1];
    if (path !== undefined) paths.push(path);
  }
  return paths;
}
