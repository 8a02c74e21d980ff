/** The alarm of a run's timers. */
export class Alarm implements Disposable {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  /** `ring` is called when it goes off. */
  constructor(ring: () => void) {
    this.#ring = ring;
  }

  get isSet(): boolean {
    return this.#timer !== undefined || this.#immediate !== undefined;
  }

  /** Sets it anew; a negative time only stops it. What is due rings before anything is waited for. */
  set(ms: number): void {
    this[Symbol.dispose]();
    const ring = (): void => {
      this.#timer = undefined;
      this.#immediate = undefined;
      this.#ring();
    };
    if (ms === 0) this.#immediate = setImmediate(ring);
    else if (ms > 0) this.#timer = setTimeout(ring, ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
  }
}
