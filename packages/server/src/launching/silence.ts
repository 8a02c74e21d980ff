/** How much later than asked a timer may fire before it is this process that was asleep. */
const graceMs = 1_000;

/**
 * Calls `tooLong` when nothing was heard for `ms`. Goes by the monotonic clock, and does not hold
 * the other side to account for time that this process itself slept through.
 */
export class Silence implements Disposable {
  /** While true, it is we who do not listen. */
  isOurs = false;
  readonly #timer: NodeJS.Timeout;
  #lastHeard = performance.now();
  #lastLook = performance.now();

  constructor(ms: number, tooLong: () => void) {
    const everyMs = ms / 10;
    const look = (): void => {
      const now = performance.now();
      if (this.isOurs || now - this.#lastLook > everyMs + graceMs) this.#lastHeard = now;
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
