/** Notifies those who wait for news of a run. Keeps no state of other runs. */
export interface Wakes {
  /** Called when new events of the run are in the store. */
  wake(id: string): void;
  /** Called when the run has ended and its record is in the store. */
  end(id: string): void;
  /** Called when news of any run may have been missed. */
  all(): void;
  /** From now on no `wake` is missed: follow first, then read, then wait. */
  news(id: string): Follower;
  /** The same for the `end`. */
  ending(id: string): Follower;
}

export interface Follower extends Disposable {
  /** Resolves if there was news since the last call or comes now, or when `signal` aborts. */
  next(signal: AbortSignal): Promise<void>;
}

type Following = Map<string, Set<() => void>>;

export function wakes(): Wakes {
  const readers: Following = new Map();
  const waiters: Following = new Map();
  return {
    wake: (id) => notify(readers.get(id)),
    end: (id) => notify(waiters.get(id)),
    all: () => {
      for (const each of [...readers.values(), ...waiters.values()]) notify(each);
    },
    news: (id) => follow(readers, id),
    ending: (id) => follow(waiters, id),
  };
}

function notify(followers: Iterable<() => void> | undefined): void {
  for (const wake of followers ?? []) wake();
}

function follow(all: Following, id: string): Follower {
  const own = all.get(id) ?? new Set();
  all.set(id, own);
  let isAwake = false;
  let settle: (() => void) | undefined;
  const wake = (): void => {
    isAwake = true;
    settle?.();
  };
  own.add(wake);
  return {
    next: (signal) =>
      new Promise((resolve) => {
        settle = () => {
          signal.removeEventListener('abort', wake);
          settle = undefined;
          isAwake = false;
          resolve();
        };
        if (isAwake || signal.aborted) settle();
        else signal.addEventListener('abort', wake, { once: true });
      }),
    [Symbol.dispose]: () => {
      own.delete(wake);
      if (own.size === 0 && all.get(id) === own) all.delete(id);
    },
  };
}
