import { pieceCost } from '../messages.ts';

/** The largest body, in bytes, that is kept so that it can be sent again after a redirect. */
const replayBytes = 256 * 1_024;

/**
 * The body of a request on its way from the launcher to a server. One step of the request reads it at
 * a time. A later step can read a short body from its beginning again.
 */
export class Upload {
  /** While `#isWhole`, all chunks from the beginning; after that only the unread ones. */
  readonly #chunks: Uint8Array[] = [];
  #keptBytes = 0;
  #isWhole = true;
  #isEnded = false;
  #wake: (() => void) | undefined;
  readonly #onConsumed: (cost: number) => void;
  /** Number of chunks for which credit was returned to the launcher. */
  #credited = 0;

  /** `onConsumed` is called with the cost of each chunk when it is read for the first time. */
  constructor(onConsumed: (cost: number) => void) {
    this.#onConsumed = onConsumed;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  /** Whether `read` would start from the beginning of the body. */
  get canStartOver(): boolean {
    return this.#isWhole;
  }

  /** Yields the body until its end. Throws the signal's reason when that aborts first. */
  async *read(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener('abort', wake);
    try {
      let at = 0;
      for (;;) {
        signal.throwIfAborted();
        const chunk = this.#chunks[at];
        if (chunk !== undefined) {
          at += this.#take(at, chunk);
          yield chunk;
        } else if (this.#isEnded) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  /** Marks a chunk as read. Returns by how much the reader's index has to change. */
  #take(at: number, { length }: Uint8Array): number {
    if (!this.#isWhole || at >= this.#credited) {
      this.#credited += 1;
      this.#keptBytes += length;
      this.#onConsumed(pieceCost(length));
    }
    if (this.#isWhole && this.#keptBytes <= replayBytes) return 1;
    this.#isWhole = false;
    this.#chunks.splice(0, at + 1);
    return -at;
  }
}
