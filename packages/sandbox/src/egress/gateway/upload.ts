import { pieceCost } from '../messages.ts';

/** A redirect can send a body again when it is not longer than this, in bytes. */
const replayBytes = 256 * 1_024;

/**
 * The body of a request on its way from the launcher to a server. It is read by one step of the
 * request at a time; a later step can read a short one from its beginning again.
 */
export class Upload {
  /** From the beginning as long as `#isWhole`, else what has not been read. */
  readonly #chunks: Uint8Array[] = [];
  #keptBytes = 0;
  #isWhole = true;
  #isEnded = false;
  #wake: (() => void) | undefined;
  readonly #onConsumed: (cost: number) => void;
  /** Chunks that the launcher has been given credit for. */
  #credited = 0;

  /** `onConsumed` is told once of the cost of each chunk that has been taken out. */
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

  /** Whether `read` would give the body from its beginning. */
  get canStartOver(): boolean {
    return this.#isWhole;
  }

  /** Gives the body out until its end; throws the signal's reason when that comes first. */
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

  /** Marks a chunk as read; returns how far the reader has to step in the list. */
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
