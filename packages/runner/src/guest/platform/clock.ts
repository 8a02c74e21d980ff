/** Creates `Performance` over a clock of whole milliseconds, as High Resolution Time names it. */
export function createPerformance(clock: { now(): number; timeOrigin(): number }): {
  readonly Performance: new () => object;
  readonly performance: object;
} {
  const token = Symbol('construct');

  class Performance {
    readonly #clock = clock;

    constructor(...given: unknown[]) {
      if (given[0] !== token) throw new TypeError('Illegal constructor');
    }

    get timeOrigin(): number {
      return this.#clock.timeOrigin();
    }

    now(): number {
      return this.#clock.now();
    }

    toJSON(): object {
      return { timeOrigin: this.timeOrigin };
    }
  }

  return { Performance: Performance, performance: new Performance(token) };
}
