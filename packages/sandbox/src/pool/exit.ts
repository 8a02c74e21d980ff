import type { Box, BoxExit } from '../boxes/runner/box.ts';

/**
 * Notifies of the end of one box. A box that is reused outlives its runs, and a reaction to the
 * promise `box.exited` could never be removed.
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

  /** Calls `listener` when the box ends, or at once if it has. Returns a function that unsubscribes. */
  listen(listener: (exit: BoxExit) => void): () => void {
    if (this.#exit !== undefined) listener(this.#exit);
    else this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
