import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../args/usage-error.ts';
import { makeFolder } from './make-folder.ts';

/** An artifact could not be written. The message names it and says what to do. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
}

/** Identifies one file on a disk: its inode number may be reused, its birth time may not. */
interface Identity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly bornNs: bigint;
}

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/**
 * The folder for a run's artifacts. An existing name, file or link, is never opened for writing,
 * unless this object created the file: then the artifact has a new version.
 */
export class ArtifactFolder implements AsyncDisposable {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #made = new Map<string, Identity>();

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** Creates the folder if it is missing. Throws a `UsageError` if that fails. */
  static async open(path: string): Promise<ArtifactFolder> {
    try {
      makeFolder(path);
      return new ArtifactFolder(path, await open(path, O_RDONLY | O_DIRECTORY));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const reason =
        code === 'EEXIST' || code === 'ENOTDIR' ? 'is no folder' : `cannot be used (${code})`;
      throw new UsageError(`--out ${JSON.stringify(path)} ${reason}.`);
    }
  }

  /** Writes `name`, which is one path segment; returns its path. Throws an `ArtifactError`. */
  async write(name: string, bytes: Uint8Array): Promise<string> {
    const shown = join(this.#path, name);
    if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) {
      throw new ArtifactError(`The artifact name ${JSON.stringify(name)} is no file name.`);
    }
    // Through the descriptor, so that it stays the same folder if its path changes.
    const inside = `/proc/self/fd/${this.#handle.fd}/${name}`;
    const known = this.#made.get(name);
    try {
      await using file = await (known === undefined
        ? this.#create(inside, name)
        : reopen(inside, known));
      await file.truncate(0);
      await file.writeFile(bytes);
      return shown;
    } catch (error) {
      if (error instanceof ArtifactError) throw error;
      throw new ArtifactError(`${shown} was not written: ${why(error)}.`);
    }
  }

  async #create(inside: string, name: string): Promise<FileHandle> {
    const file = await open(inside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666);
    this.#made.set(name, await identityOf(file));
    return file;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#handle.close();
  }
}

/**
 * Opens a file of this object again, and verifies it after opening: the name may now mean another file.
 */
async function reopen(inside: string, known: Identity): Promise<FileHandle> {
  const file = await open(inside, O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
  const found = await identityOf(file);
  const isOurs =
    found.device === known.device && found.inode === known.inode && found.bornNs === known.bornNs;
  if (isOurs) return file;
  await file.close();
  throw Object.assign(new Error('replaced'), { code: 'EEXIST' });
}

async function identityOf(file: FileHandle): Promise<Identity> {
  const { dev, ino, birthtimeNs } = await file.stat({ bigint: true });
  return { device: dev, inode: ino, bornNs: birthtimeNs };
}

function why(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST')
    return 'it is there already, and this call did not make it; name an empty --out';
  if (code === 'ELOOP') return 'a link stands in its place';
  return code === 'ENOENT' ? 'it was removed while the script ran' : message;
}
