import { closeSync, constants, openSync, statfsSync } from 'node:fs';

/**
 * How full the one file system is that a box can write to, seen from outside, where no cgroup counts
 * what lies in it. Its folder is a mount point in a read-only root: nothing in the box can put another
 * in its place, and nothing below it is ever named.
 */
export class BoxFiles implements Disposable {
  readonly #path: string;
  #descriptor: number | undefined;
  #last = 0;

  constructor(pid: number, folder: string) {
    this.#path = `/proc/${pid}/root${folder}`;
  }

  /** Finds the folder of a box that has spoken; from here on it is this one for ever. Throws when it cannot. */
  open(): void {
    const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
    this.#descriptor ??= openSync(this.#path, flags);
  }

  /** Bytes that its files take now; 0 before `open`, the last figure after the end. */
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
