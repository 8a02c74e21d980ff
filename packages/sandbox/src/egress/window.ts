import { windowBytes } from './messages.ts';

/** Backpressure for one direction of one request: the sender waits for credit of the receiver. */
export class Window {
  #credit = windowBytes;
  #wake: (() => void) | undefined;

  /** Resolves once there is credit, and takes `cost` of it. One caller at a time. */
  async take(cost: number, signal: AbortSignal): Promise<void> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener('abort', wake);
    try {
      while (this.#credit <= 0 && !signal.aborted) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
    signal.throwIfAborted();
    this.#credit -= cost;
  }

  grant(cost: number): void {
    this.#credit += cost;
    this.#wake?.();
  }
}

/** Batches the credit that is returned to the sender, so that not every small piece costs a frame. */
export function batchedCredit(send: (credit: number) => void): (cost: number) => void {
  let owed = 0;
  return (cost) => {
    owed += cost;
    if (owed < windowBytes / 4) return;
    send(owed);
    owed = 0;
  };
}
