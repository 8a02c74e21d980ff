/** Places for runs: so many at a time, and others wait in the order in which they came. */
export class Turns {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  constructor(most: number) {
    this.#most = most;
  }

  async take(): Promise<void> {
    if (this.#running < this.#most) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The place goes straight to whoever has waited longest: nobody can slip in between. */
  free(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }

  /** Lets all go on who wait; they look for themselves whether there is still something to do. */
  wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
