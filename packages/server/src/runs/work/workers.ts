import type { EndedRun } from '../contract/launch.ts';
import type { Errand, Work, Worker, WorkFence } from '../contract/work.ts';
import type { RunRow } from '../record/rows.ts';
import { type Leased, slotOf, type Taking } from '../store/store.ts';
import { type WorkerRun, workerRun, type WorkParts } from './worker-run.ts';

/** What a worker is told, and what is heard of its runs here. All of it is in the store too. */
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

export interface WorkersParts extends WorkParts {
  /** Notifies everybody who waits for the run's end. */
  readonly notifyEnded: (run: EndedRun) => void;
}

/** A worker that asks here, or whose runs are heard of here. */
interface Present {
  readonly runs: Map<string, WorkerRun>;
  /** Those that the worker has to be handed. */
  readonly untold: Set<WorkerRun>;
  /** In the answer to which poll each was handed out last. */
  readonly handedIn: WeakMap<WorkerRun, number>;
  /** The poll that waits for an answer, and no other. */
  poll: Poll | undefined;
  taking: Promise<void> | undefined;
  isAskedAgain: boolean;
}

interface Poll {
  readonly worker: Worker;
  given: number;
  readonly answer: AbortController;
}

const pauseMs = 250;
const nothing: Errand = { runs: [], cancelled: [] };

export function workers(parts: WorkersParts): Workers {
  const { store, log } = parts;
  const present = new Map<string, Present>();
  const closing = new AbortController();
  let isDraining = false;

  const presentOf = (id: string): Present => {
    const known = present.get(id);
    if (known !== undefined) return known;
    const here: Present = {
      runs: new Map(),
      untold: new Set(),
      handedIn: new WeakMap(),
      poll: undefined,
      taking: undefined,
      isAskedAgain: false,
    };
    present.set(id, here);
    return here;
  };
  /** Who neither asks nor has a run is forgotten. */
  const tidy = (id: string, here: Present): void => {
    if (here.poll === undefined && here.runs.size === 0 && here.taking === undefined) {
      present.delete(id);
    }
  };

  const hear = (id: string, here: Present, leased: Leased): WorkerRun => {
    const runId = leased.row.id;
    const run = workerRun(parts, leased, () => here.poll?.answer.abort());
    here.runs.set(runId, run);
    void run.done.then(() => {
      here.untold.delete(run);
      if (here.runs.get(runId) === run) here.runs.delete(runId);
      tidy(id, here);
    });
    return run;
  };
  /** Goes on with a run that this process has not heard of, or not all. */
  const adopt = async (id: string, here: Present, row: RunRow): Promise<WorkerRun | undefined> => {
    const request = await store.request(row.id);
    if (request === null || closing.signal.aborted) return undefined;
    return here.runs.get(row.id) ?? hear(id, here, { row, request, slot: slotOf(row) });
  };

  const take = async (id: string, here: Present): Promise<void> => {
    let taking: Taking;
    const most = (): number => {
      here.isAskedAgain = false;
      const { poll } = here;
      return poll === undefined || isDraining ? 0 : Math.max(0, poll.worker.free - poll.given);
    };
    try {
      taking = await store.take(most, { worker: id, has: here.poll?.worker.has ?? [] });
    } catch (error) {
      log.error({ err: error, worker: id }, 'leasing for a worker failed');
      setTimeout(() => ask(id, here), pauseMs).unref();
      return;
    }
    for (const run of taking.expired) parts.notifyEnded(run);
    for (const leased of taking.leased) {
      if (here.poll !== undefined) here.poll.given++;
      here.untold.add(hear(id, here, leased));
    }
    if (taking.leased.length > 0) here.poll?.answer.abort();
  };
  const ask = (id: string, here: Present): void => {
    if (here.taking !== undefined) here.isAskedAgain = true;
    else if (here.poll !== undefined && here.poll.given < here.poll.worker.free && !isDraining) {
      here.taking = take(id, here).finally(() => {
        here.taking = undefined;
        if (here.isAskedAgain) ask(id, here);
        else tidy(id, here);
      });
    }
  };

  /** What the worker has to be told now, of runs that it has or should have. */
  const errandOf = ({ runs, untold, handedIn }: Present, { holds, number }: Worker): Errand => {
    const given = [...untold];
    for (const run of given) handedIn.set(run, number);
    untold.clear();
    return {
      runs: given.flatMap(({ handed }) => handed ?? []),
      cancelled: [...runs].flatMap(([id, run]) => (holds.has(id) && run.tellCancelled() ? id : [])),
    };
  };

  /** Compares what is heard here with what the store and the worker say. */
  const compare = async ({ id, holds, open }: Worker, here: Present): Promise<void> => {
    const before = [...here.runs];
    const rows = new Map((await store.held(id)).map((row) => [row.id, row]));
    for (const [runId, run] of before) {
      if (rows.get(runId)?.lease === run.handed?.lease) continue;
      // It has ended, or was put back: another process has heard that.
      here.runs.delete(runId);
      run.letGo();
    }
    for (const row of rows.values()) {
      const run = here.runs.get(row.id) ?? (await adopt(id, here, row));
      if (run === undefined) continue;
      const handedIn = here.handedIn.get(run);
      if (holds.has(row.id)) run.beat();
      // It is in an answer that the worker had not read yet.
      else if (handedIn === undefined ? open.size > 0 : open.has(handedIn)) continue;
      // The answer was lost with which it was handed out.
      else if (run.isUntouched(row)) here.untold.add(run);
      else run.lose('The worker does not have the run any more');
    }
  };

  const poll: Work['poll'] = async (worker, waitMs, signal) => {
    const here = presentOf(worker.id);
    // It asks anew, so it does not wait for the last answer any more.
    here.poll?.answer.abort();
    const own: Poll = { worker, given: 0, answer: new AbortController() };
    here.poll = own;
    try {
      await store.beat(worker.id);
      await compare(worker, here);
      if (here.poll !== own) return nothing;
      const errand = errandOf(here, worker);
      own.given = errand.runs.length;
      ask(worker.id, here);
      if (errand.runs.length + errand.cancelled.length > 0) return errand;
      const waited = AbortSignal.timeout(waitMs);
      await aborted(AbortSignal.any([signal, closing.signal, waited, own.answer.signal]));
      return here.poll === own ? errandOf(here, worker) : nothing;
    } finally {
      if (here.poll === own) here.poll = undefined;
      tidy(worker.id, here);
    }
  };

  /** The run, if it is in the worker's hands under that token. */
  const find = async (
    id: string,
    { id: runId, lease }: WorkFence,
    firstSeq: number,
  ): Promise<WorkerRun | undefined> => {
    const here = presentOf(id);
    const known = here.runs.get(runId);
    if (known?.handed?.lease === lease && firstSeq <= known.nextSeq) return known;
    // Another process has heard what lies between.
    here.runs.delete(runId);
    known?.letGo();
    const row = await store.row(null, runId);
    const isIts = row?.status === 'running' && row.node === id && row.lease === lease;
    const run = isIts ? await adopt(id, here, row) : undefined;
    tidy(id, here);
    return run?.handed?.lease === lease ? run : undefined;
  };

  return {
    poll,
    tell: async (id, fence, said) => (await find(id, fence, said.events[0]?.seq ?? 0))?.tell(said),
    upload: async (id, fence, file, bytes) => {
      const run = await find(id, fence, 0);
      await run?.uploads.take(file, bytes);
      return run !== undefined;
    },
    poke: () => {
      for (const [id, here] of present) ask(id, here);
    },
    cancel: (runId) => {
      for (const { runs } of present.values()) {
        const run = runs.get(runId);
        run?.cancel();
        if (run !== undefined) return true;
      }
      return false;
    },
    hears: (runId) => [...present.values()].some(({ runs }) => runs.has(runId)),
    drain: () => {
      isDraining = true;
    },
    get present() {
      return [...present.keys()];
    },
    get load() {
      const all = [...present.values()];
      return {
        running: all.reduce((sum, { runs }) => sum + runs.size, 0),
        free: all.reduce((sum, here) => sum + (here.poll?.worker.free ?? 0), 0),
      };
    },
    [Symbol.asyncDispose]: async () => {
      isDraining = true;
      closing.abort();
      const all = [...present.values()];
      for (const { taking } of all) await taking;
      const runs = all.flatMap((here) => [...here.runs.values()]);
      for (const run of runs) run.letGo();
      await Promise.all(runs.map(({ done }) => done));
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
