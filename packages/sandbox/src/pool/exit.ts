import type { Box, BoxExit } from '../drivers/driver.ts';

/**
 * The end of one box, for those who come and go: a box that is reused outlives its runs, and a
 * reaction to its promise could never be taken back.
 */
export class Exit {
  readonly #listeners = new Set<(exit: BoxExit) => void>();
  #exit: BoxExit | undefined;

  constructor(box: Box) {
    void box.exited.then((exit) => {
      this.#exit = exit;
      for (const listener of this.#listeners) listener(exit);
      this.#listeners.clear();
    });
  }

  get isOver(): boolean {
    return this.#exit !== undefined;
  }

  /** Calls `listener` at the end, or at once when that has come; gives what takes it back. */
  listen(listener: (exit: BoxExit) => void): () => void {
    if (this.#exit !== undefined) listener(this.#exit);
    else this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
