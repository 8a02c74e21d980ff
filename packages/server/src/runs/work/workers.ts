import type { Work } from '../contract/work.ts';
import { type PresentParts, PresentWorker } from './present-worker.ts';
import type { WorkerRun } from './worker-run.ts';

/** What workers are told, and what is heard of their runs here. All of it is in the store too. */
export interface Workers extends Work, AsyncDisposable {
  /** Called when there may be a run to take. */
  poke(): void;
  /** Has a run killed that is heard of here; returns false if it is not. */
  cancel(id: string): boolean;
  /** Whether the run is heard of here. */
  hears(id: string): boolean;
  /** Gives out no more runs. */
  drain(): void;
  /** Ids of the workers that ask here. */
  readonly present: readonly string[];
  /** Runs in the hands of these workers, and how many more they would take. */
  readonly load: { readonly running: number; readonly free: number };
}

export function workers(parts: Omit<PresentParts, 'draining' | 'closing'>): Workers {
  const present = new Map<string, PresentWorker>();
  const draining = new AbortController();
  const closing = new AbortController();
  const all = { ...parts, draining: draining.signal, closing: closing.signal };

  const presentOf = (id: string): PresentWorker => {
    const known = present.get(id);
    if (known !== undefined) return known;
    const worker = new PresentWorker(id, all, () => {
      if (present.get(id) === worker) present.delete(id);
    });
    present.set(id, worker);
    return worker;
  };
  const heard = (id: string): WorkerRun | undefined => {
    for (const { runs } of present.values()) {
      const run = runs.get(id);
      if (run !== undefined) return run;
    }
    return undefined;
  };

  return {
    poll: (worker, waitMs, signal) => presentOf(worker.id).poll(worker, waitMs, signal),
    tell: async (id, fence, said) => {
      const run = await presentOf(id).find(fence, said.events[0]?.seq ?? 0);
      return run?.tell(said);
    },
    upload: async (id, fence, file, bytes) => {
      const run = await presentOf(id).find(fence, 0);
      await run?.uploads.take(file, bytes);
      return run !== undefined;
    },
    poke: () => {
      for (const worker of present.values()) worker.poke();
    },
    cancel: (id) => {
      const run = heard(id);
      run?.cancel();
      return run !== undefined;
    },
    hears: (id) => heard(id) !== undefined,
    drain: () => draining.abort(),
    get present() {
      return [...present.keys()];
    },
    get seen() {
      return [...present.values()].flatMap(({ seen }) => seen ?? []);
    },
    get load() {
      const each = [...present.values()];
      return {
        running: each.reduce((sum, { runs }) => sum + runs.size, 0),
        free: each.reduce((sum, { free }) => sum + free, 0),
      };
    },
    [Symbol.asyncDispose]: async () => {
      draining.abort();
      closing.abort();
      await Promise.all([...present.values()].map((worker) => worker.leave()));
    },
  };
}
