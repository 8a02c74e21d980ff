/**
 * Keeps one child alive: whenever it is gone, another is started. A module of its own, apart from
 * the package's index, since nothing inside a box supervises anything.
 */

/** A process, say, that this side has started. */
export interface Child extends AsyncDisposable {
  /** Resolves once, with the reason, when the child is gone. Never rejects. */
  readonly gone: Promise<string>;
}

export interface Supervision<C extends Child> {
  /** Starts a child. Resolves when it is ready, rejects when it cannot be started. */
  readonly start: () => Promise<C>;
  /** Called when a child has become the current one. */
  readonly onUp?: (child: C) => void;
  /** Called when a child that was ready is gone, also after the end of the supervision. */
  readonly onGone?: (child: C, why: string) => void;
  /** Called when another child could not be started. There is a next attempt. */
  readonly onFailure?: (error: Error) => void;
  /** A child that lives shorter than this is followed by a longer pause, in milliseconds. Default 0. */
  readonly youngMs?: number;
  /** The longest pause before the next start, in milliseconds. */
  readonly longestPauseMs: number;
}

/** Starts the first child at once. When that one cannot be started, there is no second attempt. */
export function supervise<C extends Child>(supervision: Supervision<C>): Supervisor<C> {
  return new Supervisor(supervision);
}

/** Disposing of it ends the current child, and nothing is started any more. */
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

  /** The child that is ready, if there is one. */
  get current(): C | undefined {
    return this.#current;
  }

  /** Whether the supervision has ended, or is about to. */
  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Resolves with the current child, when there is one, and without when `patience` aborts before. */
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

  /** Waits for the child's end and starts another, until the supervision is over. */
  async #watch(first: C): Promise<void> {
    const { youngMs = 0, onGone, onFailure } = this.#supervision;
    let child: C | undefined = first;
    let pauseMs = 0;
    for (;;) {
      if (child !== undefined) {
        const since = performance.now();
        const why = await child.gone;
        // One that dies young would otherwise be started as fast as the machine can.
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
      // It was being started when all ended: the next turn of the loop sees it gone, and returns.
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
