import { type BigIntStats, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// A script may replace it before a download comes.
const lstat = lstatSync;

/** The data files that were put into the working directory, as they were then. */
export class DataFiles {
  readonly #changed = new Map<string, bigint>();

  /** Writes files below a folder in which nothing else is yet; no path leaves it. */
  write(
    folder: string,
    files: Iterable<readonly [path: string, content: Uint8Array | string]>,
  ): void {
    for (const [path, content] of files) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, { flag: 'wx' });
      this.#changed.set(path, lstatSync(file, { bigint: true }).ctimeNs);
    }
  }

  /** Takes note of a file that was put there later. */
  note(folder: string, path: string): void {
    this.#changed.set(path, lstat(join(folder, path), { bigint: true }).ctimeNs);
  }

  /** Whether a file is one of these, and nobody has written to it: then it is no artifact. */
  isUntouched(path: string, { ctimeNs }: BigIntStats): boolean {
    return this.#changed.get(path) === ctimeNs;
  }
}
