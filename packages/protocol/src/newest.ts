interface Given<Item> {
  readonly item: Item;
  readonly number: number;
}

/**
 * The newest of things that keep coming, for any number of readers. One that is slower than they come
 * gets the newest when it asks again, and what came between is gone: nothing waits for it. While there
 * are readers the newest is held, for those who come later; without any, nothing is.
 */
export class Newest<Item> {
  readonly #onRead: (isRead: boolean) => void;
  readonly #readers = new Set<() => void>();
  #last: Given<Item> | undefined;
  #isOver = false;

  /** `onRead` is called when the first reader has come, and when the last has left. */
  constructor(onRead: (isRead: boolean) => void = () => undefined) {
    this.#onRead = onRead;
  }

  get isRead(): boolean {
    return this.#readers.size > 0;
  }

  give(item: Item): void {
    if (!this.isRead || this.#isOver) return;
    this.#last = { item, number: (this.#last?.number ?? 0) + 1 };
    this.#wake();
  }

  /** Nothing comes any more. Readers get what is newest, and end. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** Ends with `end`, and when the signal aborts. */
  async *read(signal?: AbortSignal): AsyncGenerator<Item, void, undefined> {
    let news = Promise.withResolvers<void>();
    const wake = (): void => news.resolve();
    signal?.addEventListener('abort', wake, { once: true });
    this.#readers.add(wake);
    if (this.#readers.size === 1 && !this.#isOver) this.#onRead(true);
    let seen: number | undefined;
    try {
      for (;;) {
        if (signal?.aborted === true) return;
        const last = this.#last;
        if (last !== undefined && last.number !== seen) {
          seen = last.number;
          yield last.item;
        } else if (this.#isOver) return;
        else {
          await news.promise;
          news = Promise.withResolvers<void>();
        }
      }
    } finally {
      signal?.removeEventListener('abort', wake);
      this.#readers.delete(wake);
      if (!this.isRead) {
        this.#last = undefined;
        if (!this.#isOver) this.#onRead(false);
      }
    }
  }

  #wake(): void {
    for (const wake of this.#readers) wake();
  }
}
