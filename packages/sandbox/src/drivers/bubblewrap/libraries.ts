import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The loader that x86-64 programs of the GNU C library name in their header. */
const loader = '/lib64/ld-linux-x86-64.so.2';

/**
 * Host paths of the shared libraries of the given files and of the loader itself, each once.
 * Asks the loader, so that it sees what will really be loaded. Rejects when one cannot be found.
 */
export async function librariesOf(files: readonly string[]): Promise<readonly string[]> {
  const found = new Set([loader]);
  for (const file of files) {
    const { stdout } = await promisify(execFile)(loader, ['--list', file], { env: {} });
    for (const path of parseList(stdout)) found.add(path);
  }
  return [...found];
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
