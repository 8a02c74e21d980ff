import { showMembers } from '../format.ts';
import type { Realm } from '../realm.ts';
import { requireArguments, toDictionary } from '../webidl.ts';

/** One entry of the performance timeline; times in whole milliseconds since the time origin. */
export interface Entry {
  readonly name: string;
  readonly entryType: 'mark' | 'measure';
  readonly startTime: number;
  readonly duration: number;
}

/** The classes of entries, and a function that creates measures. */
export interface Entries {
  readonly PerformanceEntry: abstract new (...values: never[]) => object;
  readonly PerformanceMark: new (name: string, options?: unknown) => Entry;
  readonly PerformanceMeasure: abstract new (...values: never[]) => object;
  measure(name: string, startTime: number, endTime: number, detail: unknown): Entry;
}

/** Creates the classes of User Timing's entries. */
export function createEntries({ now, structuredClone }: Realm): Entries {
  const token = Symbol('construct');

  class PerformanceEntry {
    readonly #entry: Entry;

    constructor(...[given, entry]: unknown[]) {
      if (given !== token) throw new TypeError('Illegal constructor');
      this.#entry = entry as Entry;
    }

    get name(): string {
      return this.#entry.name;
    }
    get entryType(): Entry['entryType'] {
      return this.#entry.entryType;
    }
    get startTime(): number {
      return this.#entry.startTime;
    }
    get duration(): number {
      return this.#entry.duration;
    }
    toJSON(): Entry {
      return { ...this.#entry };
    }
  }

  const copied = (detail: unknown): unknown =>
    detail === undefined || detail === null ? null : structuredClone(detail);

  class PerformanceMark extends PerformanceEntry {
    readonly #detail: unknown;

    constructor(name: unknown, options: unknown = {}) {
      requireArguments('PerformanceMark', arguments.length, 1);
      const text = `${name as string}`;
      const { detail, startTime } = toDictionary(options, 'PerformanceMark: the options');
      const start = startTime === undefined ? now() : toTime(startTime);
      super(token, { name: text, entryType: 'mark', startTime: start, duration: 0 });
      this.#detail = copied(detail);
    }

    get detail(): unknown {
      return this.#detail;
    }
  }

  class PerformanceMeasure extends PerformanceEntry {
    readonly #detail: unknown;

    constructor(...[given, entry, detail]: unknown[]) {
      super(given, entry);
      this.#detail = copied(detail);
    }

    get detail(): unknown {
      return this.#detail;
    }
  }

  Object.defineProperty(PerformanceMark, 'length', { value: 1 });
  showMembers(PerformanceEntry, ({ name, entryType, startTime, duration }) => ({
    name,
    entryType,
    startTime,
    duration,
  }));
  for (const shown of [PerformanceMark, PerformanceMeasure]) {
    showMembers<PerformanceMark | PerformanceMeasure>(
      shown,
      ({ name, entryType, startTime, duration, detail }) => ({
        name,
        entryType,
        startTime,
        duration,
        detail,
      }),
    );
  }
  return {
    PerformanceEntry,
    PerformanceMark,
    PerformanceMeasure,
    measure: (name, startTime, endTime, detail) =>
      new PerformanceMeasure(
        token,
        { name, entryType: 'measure', startTime, duration: endTime - startTime },
        detail,
      ),
  };
}

/** Converts a script's time. Throws a TypeError for a negative or infinite number, or NaN. */
export function toTime(value: unknown): number {
  const time = toFinite(value);
  if (time < 0) throw new TypeError(`${time} is no time: it must not be negative`);
  return time;
}

export function toFinite(value: unknown): number {
  const number = Number(value);
  if (!Number.isFinite(number)) throw new TypeError('a time must be a finite number');
  return number;
}
