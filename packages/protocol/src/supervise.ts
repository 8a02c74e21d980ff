/**
 * Keeps one child alive: whenever it is gone, another is started. Not part of the package's index,
 * since nothing inside a box supervises anything.
 */

/** Such as a process that this side has started. */
export interface Child extends AsyncDisposable {
  /** Resolves once, with the reason, when the child is gone. Never rejects. */
  readonly gone: Promise<string>;
}

export interface Supervision<C extends Child> {
  /** Starts a child. Resolves when it is ready; rejects if it cannot be started. */
  readonly start: () => Promise<C>;
  /** Called when a child has become the current one. */
  readonly onUp?: (child: C) => void;
  /** Called when a child that was ready is gone, also after the supervisor was disposed of. */
  readonly onGone?: (child: C, why: string) => void;
  /** Called when another child could not be started. It is tried again. */
  readonly onFailure?: (error: Error) => void;
  /**
   * A child that lives for less than this is followed by a longer pause, in milliseconds. Default
   * 0.
   */
  readonly youngMs?: number;
  /** The longest pause before the next start, in milliseconds. */
  readonly longestPauseMs: number;
}

/** Starts the first child at once. If that one cannot be started, it is not tried again. */
export function supervise<C extends Child>(supervision: Supervision<C>): Supervisor<C> {
  return new Supervisor(supervision);
}

/** A supervisor of one child. Disposing of it ends the child, and no other is started. */
export class Supervisor<C extends Child> implements AsyncDisposable {
  readonly #supervision: Supervision<C>;
  readonly #over = new AbortController();
  readonly #watching: Promise<void>;
  #current: C | undefined;
  /** Resolves when there is a child again. */
  #arrival = Promise.withResolvers<void>();
  /** Resolves when the first child is ready; rejects with the error of its start. */
  readonly ready: Promise<void>;

  constructor(supervision: Supervision<C>) {
    this.#supervision = supervision;
    const first = this.#start();
    this.ready = first.then(() => undefined);
    this.#watching = first.then(
      (child) => this.#watch(child),
      () => undefined,
    );
  }

  /** The child that is ready; undefined if there is none. */
  get current(): C | undefined {
    return this.#current;
  }

  /** Whether the supervisor is disposed of, or about to be. */
  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /**
   * Resolves with the current child as soon as there is one, or with undefined when `patience`
   * aborts.
   */
  async arrival(patience: AbortSignal): Promise<C | undefined> {
    if (this.#current === undefined && !this.isOver && !patience.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const giveUp = (): void => resolve();
      patience.addEventListener('abort', giveUp);
      await Promise.race([this.#arrival.promise, promise]);
      patience.removeEventListener('abort', giveUp);
    }
    return this.#current;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.#arrival.resolve();
    await this.#current?.[Symbol.asyncDispose]();
    await this.#watching;
  }

  async #start(): Promise<C> {
    const child = await this.#supervision.start();
    this.#current = child;
    this.#arrival.resolve();
    this.#supervision.onUp?.(child);
    return child;
  }

  /** Waits for the child's end and starts another, until the supervisor is disposed of. */
  async #watch(first: C): Promise<void> {
    const { youngMs = 0, onGone, onFailure } = this.#supervision;
    let child: C | undefined = first;
    let pauseMs = 0;
    for (;;) {
      if (child !== undefined) {
        const since = performance.now();
        const why = await child.gone;
        // Backoff: a child that dies early would otherwise be restarted as fast as the machine can.
        pauseMs = performance.now() - since < youngMs ? this.#longer(pauseMs) : 0;
        this.#current = undefined;
        this.#arrival = Promise.withResolvers<void>();
        onGone?.(child, why);
      }
      await pause(pauseMs, this.#over.signal);
      if (this.isOver) return;
      child = await this.#start().catch((error: unknown) => {
        onFailure?.(error as Error);
        return undefined;
      });
      if (child === undefined) pauseMs = this.#longer(pauseMs);
      // The supervisor was disposed of during the start; the next iteration sees the child gone,
      // and returns.
      if (this.isOver) await child?.[Symbol.asyncDispose]();
    }
  }

  #longer(pauseMs: number): number {
    return Math.min(2 * pauseMs + 100, this.#supervision.longestPauseMs);
  }
}

/** Resolves after `ms` milliseconds, or when `signal` aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', end);
}
