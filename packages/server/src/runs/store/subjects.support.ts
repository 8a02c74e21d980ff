import { scratchFolder } from '../open.support.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { sqliteStore } from './sqlite/store.ts';
import type { Store } from './store.ts';

export interface Settings {
  readonly clock?: Clock;
  readonly queueLimit?: number;
}

/** Records of runs, and whoever has them open. */
export interface Records extends AsyncDisposable {
  /** Opens them; whoever had them open before has to have closed them. */
  open(settings?: Settings): Promise<Store>;
}

/** An implementation of `Store`, for a suite that says the same of each. */
export interface Subject {
  readonly name: string;
  /** Records in which nothing is. */
  make(): Promise<Records>;
}

export const subjects: readonly Subject[] = [
  {
    name: 'sqlite',
    make: async () => {
      const folder = await scratchFolder();
      return {
        open: async ({ clock = systemClock, queueLimit = 10_000 } = {}) =>
          sqliteStore({ folder: folder.path, clock, queueLimit, capacity: 4 }),
        [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
      };
    },
  },
];
