import type { Run } from '@castellan/protocol';

/** Notifies those who wait for news of a run. Keeps no state of other runs. */
export interface Wakes {
  /** Called when new events of the run are in the store. */
  wake(id: string): void;
  /** Called when the run has ended; those who wait for its end get it. */
  end(run: Run): void;
  /** Resolves at the next `wake`, or when `signal` aborts. */
  news(id: string, signal: AbortSignal): Promise<void>;
  /** Resolves with the run at its `end`, or with undefined when `signal` aborts. */
  ending(id: string, signal: AbortSignal): Promise<Run | undefined>;
}

export function wakes(): Wakes {
  const readers = new Map<string, Set<() => void>>();
  const waiters = new Map<string, Set<(run?: Run) => void>>();
  return {
    wake: (id) => {
      for (const wake of readers.get(id) ?? []) wake();
    },
    end: (run) => {
      for (const tell of waiters.get(run.id) ?? []) tell(run);
    },
    news: (id, signal) => wait<undefined>(readers, id, signal),
    ending: (id, signal) => wait<Run>(waiters, id, signal),
  };
}

function wait<News>(
  all: Map<string, Set<(news?: News) => void>>,
  id: string,
  signal: AbortSignal,
): Promise<News | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const own = all.get(id) ?? new Set();
    all.set(id, own);
    const settle = (news?: News): void => {
      own.delete(settle);
      if (own.size === 0 && all.get(id) === own) all.delete(id);
      signal.removeEventListener('abort', give);
      resolve(news);
    };
    const give = (): void => settle();
    own.add(settle);
    signal.addEventListener('abort', give, { once: true });
  });
}
