import type { EventTargetClass } from './event-target.ts';
import { apply } from './natives.ts';

/** The methods that `performance` forwards to the timeline. */
export type TimelineMethods = Readonly<
  Record<
    | ('mark' | 'measure' | 'clearMarks' | 'clearMeasures')
    | ('getEntries' | 'getEntriesByName' | 'getEntriesByType'),
    (...values: unknown[]) => unknown
  >
>;

/** Creates `Performance` over a clock of whole milliseconds, as High Resolution Time names it. */
export function createPerformance(
  clock: { now(): number; timeOrigin(): number; timeline(): TimelineMethods },
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

    mark(_name: unknown, _options?: unknown): unknown {
      return apply(this.#clock.timeline().mark, undefined, arguments);
    }
    measure(_name: unknown, _start?: unknown, _end?: unknown): unknown {
      return apply(this.#clock.timeline().measure, undefined, arguments);
    }
    clearMarks(name?: unknown): void {
      this.#clock.timeline().clearMarks(name);
    }
    clearMeasures(name?: unknown): void {
      this.#clock.timeline().clearMeasures(name);
    }
    getEntries(): unknown {
      return this.#clock.timeline().getEntries();
    }
    getEntriesByName(_name: unknown, _type?: unknown): unknown {
      return apply(this.#clock.timeline().getEntriesByName, undefined, arguments);
    }
    getEntriesByType(_type: unknown): unknown {
      return apply(this.#clock.timeline().getEntriesByType, undefined, arguments);
    }

    toJSON(): object {
      return { timeOrigin: this.#clock.timeOrigin() };
    }
  }

  const { mark, measure, getEntriesByName, clearMarks, clearMeasures } = Performance.prototype;
  for (const method of [mark, measure, getEntriesByName]) {
    Object.defineProperty(method, 'length', { value: 1 });
  }
  for (const method of [clearMarks, clearMeasures]) {
    Object.defineProperty(method, 'length', { value: 0 });
  }
  return { Performance: Performance, performance: new Performance(token) };
}
