import type { EventTargetClass } from './event-target.ts';

/** Creates `Performance` over a clock of whole milliseconds, as High Resolution Time names it. */
export function createPerformance(
  clock: { now(): number; timeOrigin(): number },
  EventTarget: EventTargetClass,
): {
  readonly Performance: new () => object;
  readonly performance: object;
} {
  const token = Symbol('construct');

  class Performance extends EventTarget {
    readonly #clock = clock;

    constructor(...given: unknown[]) {
      if (given[0] !== token) throw new TypeError('Illegal constructor');
      super();
    }

    get timeOrigin(): number {
      return this.#clock.timeOrigin();
    }

    now(): number {
      return this.#clock.now();
    }

    toJSON(): object {
      return { timeOrigin: this.#clock.timeOrigin() };
    }
  }

  return { Performance: Performance, performance: new Performance(token) };
}
