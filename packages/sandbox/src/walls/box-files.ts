import { closeSync, constants, openSync, statfsSync } from 'node:fs';

/**
 * Measures from outside how full the only writable file system of a box is, where no cgroup counts
 * it. Its folder is a mount point in a read-only root, so nothing in the box can replace it, and no
 * path below it is ever opened.
 */
export class BoxFiles implements Disposable {
  readonly #path: string;
  #descriptor: number | undefined;
  #last = 0;

  constructor(pid: number, folder: string) {
    this.#path = `/proc/${pid}/root${folder}`;
  }

  /** Opens the folder, once, of a box whose runner has started. Throws when it cannot. */
  open(): void {
    const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
    this.#descriptor ??= openSync(this.#path, flags);
  }

  /** Bytes that its files take now; 0 before `open`, the last value after disposal. */
  get bytes(): number {
    if (this.#descriptor === undefined) return this.#last;
    const { blocks, bfree, bsize } = statfsSync(`/proc/self/fd/${this.#descriptor}`);
    return (this.#last = (blocks - bfree) * bsize);
  }

  [Symbol.dispose](): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
