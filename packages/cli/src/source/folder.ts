import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The text of a file, or the reason why the script does not get it; `null`: no such file. */
export type FileAnswer = { readonly text: string } | { readonly refusal: string } | null;

const refused = (refusal: string): FileAnswer => ({ refusal });

/**
 * The files below one folder that may become part of a script: regular files that are inside it
 * even after links are resolved, without dot files and without node_modules.
 */
export class SourceFolder {
  readonly #root: string;
  /** The rest of the byte budget. */
  #leftBytes: number;

  /** `root` is an absolute path without links. */
  constructor(root: string, totalBytes: number) {
    this.#root = root;
    this.#leftBytes = totalBytes;
  }

  /** Reads a file by its path relative to the folder. */
  read(path: string): FileAnswer {
    const asked = join(this.#root, path);
    try {
      if (!lstatSync(asked, { throwIfNoEntry: false })) return null;
      const real = realpathSync(asked);
      const inside = relative(this.#root, real);
      if (inside === '..' || inside.startsWith(`..${sep}`)) {
        return refused('it is a link that leads out of the folder of the script');
      }
      for (const segment of [...path.split('/'), ...inside.split(sep)]) {
        if (segment.startsWith('.'))
          return refused('names that begin with a dot are never taken along');
        if (segment === 'node_modules') return refused('node_modules is never taken along');
      }
      return this.#open(real);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      return code === 'ENOTDIR' || code === 'ENOENT'
        ? null
        : refused(`it cannot be read (${code})`);
    }
  }

  /** Reads a file that the user named; the rules for names do not apply to it. */
  readNamed(name: string): FileAnswer {
    try {
      return this.#open(join(this.#root, name));
    } catch (error) {
      return refused(`it cannot be read (${(error as NodeJS.ErrnoException).code ?? ''})`);
    }
  }

  /** Opens, then checks what was opened, not its path: the folder may change meanwhile. */
  #open(real: string): FileAnswer {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;
    const descriptor = openSync(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    try {
      const { size } = fstatRegular(descriptor);
      if (readlinkSync(`/proc/self/fd/${descriptor}`) !== real)
        return refused('it is being moved about');
      if (size > this.#leftBytes) {
        return refused(`its ${size} bytes do not fit; raise --source-size`);
      }
      const bytes = readUpTo(descriptor, size);
      this.#leftBytes -= bytes.length;
      return { text: decode(bytes) };
    } catch (error) {
      if (error instanceof NotText) return refused(error.message);
      throw error;
    } finally {
      closeSync(descriptor);
    }
  }
}

class NotText extends Error {}

function fstatRegular(descriptor: number): { size: number } {
  const stat = fstatSync(descriptor);
  if (!stat.isFile()) throw new NotText('it is no regular file');
  return stat;
}

function readUpTo(descriptor: number, size: number): Buffer {
  const buffer = Buffer.alloc(size);
  let at = 0;
  while (at < size) {
    const got = readSync(descriptor, buffer, at, size - at, null);
    if (got === 0) break;
    at += got;
  }
  return buffer.subarray(0, at);
}

/** Decodes UTF-8. A byte-order mark is kept, for it is part of the file. */
export function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NotText('it is not UTF-8 text');
  }
}
