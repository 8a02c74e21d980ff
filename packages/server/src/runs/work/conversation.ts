import type { AttemptEvent, Heartbeat, LaunchError } from '../contract/launch.ts';

type Spoken = AttemptEvent | Heartbeat;

/** What is said of one attempt: pushed as it comes, and read once, in order. */
export class Conversation {
  #waiting: Spoken[] = [];
  #failure: LaunchError | undefined;
  #wake = Promise.withResolvers<void>();
  #nextSeq: number;

  constructor(firstSeq: number) {
    this.#nextSeq = firstSeq;
  }

  /** The number of the next event. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  push(spoken: Spoken): void {
    if (this.#failure !== undefined) return;
    if (spoken.type !== 'heartbeat') this.#nextSeq = spoken.seq + 1;
    this.#waiting.push(spoken);
    this.#wake.resolve();
  }

  /** Ends it, after what was pushed before. */
  fail(error: LaunchError): void {
    this.#failure ??= error;
    this.#wake.resolve();
  }

  async *read(): AsyncGenerator<Spoken, void, undefined> {
    for (;;) {
      const batch = this.#waiting;
      this.#waiting = [];
      yield* batch;
      if (this.#waiting.length > 0) continue;
      if (this.#failure !== undefined) throw this.#failure;
      this.#wake = Promise.withResolvers();
      await this.#wake.promise;
    }
  }
}
