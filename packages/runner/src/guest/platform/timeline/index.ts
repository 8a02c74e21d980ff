import type { TimelineMethods } from '../clock.ts';
import type { Realm } from '../realm.ts';
import { requireArguments } from '../webidl.ts';
import { createBuffer, select } from './buffer.ts';
import { createEntries } from './entry.ts';
import { createObservers } from './observer.ts';
import { createUserTiming } from './user-timing.ts';

export interface Timeline {
  readonly globals: Readonly<Record<string, abstract new (...values: never[]) => object>>;
  readonly methods: TimelineMethods;
}

/** Creates the performance timeline of one global scope: marks, measures, observers. */
export function createTimeline(realm: Realm): Timeline {
  const entries = createEntries(realm);
  const buffer = createBuffer((entry) => observers.notify(entry));
  const observers = createObservers(realm, () => buffer.entries);
  const { PerformanceEntry, PerformanceMark, PerformanceMeasure } = entries;
  return {
    globals: { PerformanceEntry, PerformanceMark, PerformanceMeasure, ...observers.classes },
    methods: {
      ...createUserTiming(entries, buffer, realm.now),
      getEntries: () => select(buffer.entries),
      getEntriesByName(...values) {
        requireArguments('getEntriesByName', values.length, 1);
        return select(buffer.entries, `${values[0] as string}`, values[1]);
      },
      getEntriesByType(...values) {
        requireArguments('getEntriesByType', values.length, 1);
        return select(buffer.entries, undefined, `${values[0] as string}`);
      },
    },
  };
}
