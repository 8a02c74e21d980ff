/** Notifies those who wait for news of a run. Keeps no state of other runs. */
export interface Wakes {
  /** Called when new events of the run are in the store. */
  wake(id: string): void;
  /** Called when the run has ended and its record is in the store. */
  end(id: string): void;
  /** Resolves at the next `wake`, or when `signal` aborts. */
  news(id: string, signal: AbortSignal): Promise<void>;
  /** Resolves at the `end`, or when `signal` aborts. */
  ending(id: string, signal: AbortSignal): Promise<void>;
}

type Waiting = Map<string, Set<() => void>>;

export function wakes(): Wakes {
  const readers: Waiting = new Map();
  const waiters: Waiting = new Map();
  return {
    wake: (id) => notify(readers, id),
    end: (id) => notify(waiters, id),
    news: (id, signal) => wait(readers, id, signal),
    ending: (id, signal) => wait(waiters, id, signal),
  };
}

function notify(all: Waiting, id: string): void {
  for (const settle of all.get(id) ?? []) settle();
}

function wait(all: Waiting, id: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const own = all.get(id) ?? new Set();
    all.set(id, own);
    const settle = (): void => {
      own.delete(settle);
      if (own.size === 0 && all.get(id) === own) all.delete(id);
      signal.removeEventListener('abort', settle);
      resolve();
    };
    own.add(settle);
    signal.addEventListener('abort', settle, { once: true });
  });
}
