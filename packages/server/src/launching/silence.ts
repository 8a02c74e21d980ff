/** A timer that fires later than this shows that this process itself was suspended. */
const graceMs = 1_000;

/**
 * Calls `tooLong` when nothing was received for `ms`, by the monotonic clock. Time in which this process
 * itself was suspended does not count.
 */
export class Silence implements Disposable {
  /** True while this side does not read: silence does not count then. */
  isPaused = false;
  readonly #timer: NodeJS.Timeout;
  #lastHeard = performance.now();
  #lastLook = performance.now();

  constructor(ms: number, tooLong: () => void) {
    const everyMs = ms / 10;
    const look = (): void => {
      const now = performance.now();
      if (this.isPaused || now - this.#lastLook > everyMs + graceMs) this.#lastHeard = now;
      this.#lastLook = now;
      if (now - this.#lastHeard > ms) tooLong();
    };
    this.#timer = setInterval(look, everyMs);
  }

  heard(): void {
    this.#lastHeard = performance.now();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
