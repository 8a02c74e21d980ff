import { CastellanError } from '@castellan/protocol';

/**
 * The core of a pool: starts things ahead of their use, hands each out once, and lets nothing
 * outlive the pool. Disposing of it waits for all that is being started or torn down.
 */
export class WarmPool<T> implements AsyncDisposable {
  readonly #most: number;
  readonly #open: () => Promise<T>;
  readonly #idle: Promise<T>[] = [];
  /** Everything that is being started or torn down. */
  readonly #pending = new Set<Promise<unknown>>();
  readonly #living = new Set<AsyncDisposable>();
  #isClosed = false;

  /** `open` starts one thing, and passes what it acquires to `own` as soon as it exists. */
  constructor(size: number, open: () => Promise<T>) {
    this.#most = size;
    this.#open = open;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** How many wait to be handed out, ready or about to be. */
  get size(): number {
    return this.#idle.length;
  }

  /** Throws `sandbox_closed` once the pool is closed. */
  refuseWhenClosed(): void {
    if (this.#isClosed) throw new CastellanError('sandbox_closed', 'The sandbox is closed.');
  }

  /** Starts what is missing. One that cannot be started is forgotten, to be tried again. */
  refill(): void {
    while (!this.#isClosed && this.#idle.length < this.#most) {
      const starting = this.start(this.#open);
      starting.catch(() => {
        const at = this.#idle.indexOf(starting);
        if (at !== -1) void this.#idle.splice(at, 1);
      });
      this.#idle.push(starting);
    }
  }

  /** Resolves when the pool is full, rejects when one thing cannot be started. */
  async fill(): Promise<void> {
    this.refill();
    await Promise.all(this.#idle);
  }

  /** The one that has waited longest, ready or about to be; it is the caller's from here on. */
  next(): Promise<T> | undefined {
    return this.#idle.shift();
  }

  /** Starts one beside those that are kept ready. */
  start(open = this.#open): Promise<T> {
    return this.track(
      (async () => {
        this.refuseWhenClosed();
        return open();
      })(),
    );
  }

  /** From here on it is disposed of with the pool, unless `release` comes first. */
  own(thing: AsyncDisposable): void {
    this.#living.add(thing);
  }

  async release(thing: AsyncDisposable): Promise<void> {
    try {
      await thing[Symbol.asyncDispose]();
    } finally {
      this.#living.delete(thing);
    }
  }

  /** Work that the end of the pool waits for. */
  track<W>(work: Promise<W>): Promise<W> {
    this.#pending.add(work);
    const done = (): void => void this.#pending.delete(work);
    work.then(done, done);
    return work;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    // What was being started when the pool was closed arrives in a later turn.
    while (this.#pending.size > 0 || this.#living.size > 0) {
      for (const thing of this.#living) void this.track(this.release(thing));
      await Promise.allSettled(this.#pending);
    }
  }
}
