import type { EndedRun } from '../contract/launch.ts';
import type { Errand, SeenWorker, Worker, WorkFence } from '../contract/work.ts';
import type { RunRow } from '../record/rows.ts';
import { type Leased, slotOf, type Taking } from '../store/store.ts';
import { type WorkerRun, workerRun, type WorkParts } from './worker-run.ts';

export interface PresentParts extends WorkParts {
  /** Notifies everybody who waits for the run's end. */
  readonly notifyEnded: (run: EndedRun) => void;
  /** Aborts when no more runs are given out. */
  readonly draining: AbortSignal;
  /** Aborts when nothing more is heard here. */
  readonly closing: AbortSignal;
}

/** A poll that waits for its answer. */
interface Poll {
  readonly worker: Worker;
  given: number;
  readonly answer: AbortController;
}

const pauseMs = 250;
const nothing: Errand = { runs: [], cancelled: [] };

/** A worker that asks here, with its runs as far as they are heard of here. */
export class PresentWorker {
  readonly #id: string;
  readonly #parts: PresentParts;
  readonly #onIdle: () => void;
  readonly runs = new Map<string, WorkerRun>();
  /** Those that it has to be handed. */
  readonly #untold = new Set<WorkerRun>();
  /** In the answer to which poll each was handed out last. */
  readonly #handedIn = new WeakMap<WorkerRun, number>();
  #poll: Poll | undefined;
  #last: Worker | undefined;
  #taking: Promise<void> | undefined;
  #isAskedAgain = false;

  /** `onIdle` is called when it does not ask, and has no run. */
  constructor(id: string, parts: PresentParts, onIdle: () => void) {
    this.#id = id;
    this.#parts = parts;
    this.#onIdle = onIdle;
  }

  /** How many runs it takes now. */
  get free(): number {
    return this.#poll?.worker.free ?? 0;
  }

  /** Undefined for one that has told of runs, and has not asked here yet. */
  get seen(): SeenWorker | undefined {
    if (this.#last === undefined) return undefined;
    const { id, policies, labels } = this.#last;
    return { id, policies, labels, running: this.runs.size, free: this.free };
  }

  /** See `Work`. A newer poll ends an older one. */
  async poll(worker: Worker, waitMs: number, signal: AbortSignal): Promise<Errand> {
    this.#poll?.answer.abort();
    const own: Poll = { worker, given: 0, answer: new AbortController() };
    this.#poll = own;
    this.#last = worker;
    try {
      await this.#parts.store.beat(this.#id);
      await this.#compare(worker);
      if (this.#poll !== own) return nothing;
      const errand = this.#errand(worker);
      own.given = errand.runs.length;
      this.poke();
      if (errand.runs.length + errand.cancelled.length > 0) return errand;
      const waited = AbortSignal.timeout(waitMs);
      const { closing } = this.#parts;
      await aborted(AbortSignal.any([signal, closing, waited, own.answer.signal]));
      return this.#poll === own ? this.#errand(worker) : nothing;
    } finally {
      if (this.#poll === own) this.#poll = undefined;
      this.#rest();
    }
  }

  /** The run, if it is in the worker's hands under that token, and all before `firstSeq` was heard of. */
  async find({ id, lease }: WorkFence, firstSeq: number): Promise<WorkerRun | undefined> {
    const known = this.runs.get(id);
    if (known?.handed?.lease === lease && firstSeq <= known.nextSeq) return known;
    const row = await this.#parts.store.row(null, id);
    if (row?.status !== 'running' || row.node !== this.#id || row.lease !== lease) {
      this.#rest();
      return undefined;
    }
    // Another process has heard what lies between.
    this.#forget(id, known);
    const run = await this.#adopt(row);
    return run?.handed?.lease === lease ? run : undefined;
  }

  /** Takes runs from the queue, if it waits for some. */
  poke(): void {
    const poll = this.#poll;
    if (this.#taking !== undefined) this.#isAskedAgain = true;
    else if (poll !== undefined && poll.given < poll.worker.free) {
      this.#taking = this.#take(poll.worker.has).finally(() => {
        this.#taking = undefined;
        if (this.#isAskedAgain) this.poke();
        else this.#rest();
      });
    }
  }

  /** Hears of nothing any more. */
  async leave(): Promise<void> {
    await this.#taking;
    const runs = [...this.runs.values()];
    for (const run of runs) run.letGo();
    await Promise.all(runs.map(({ done }) => done));
  }

  async #take(has: readonly string[]): Promise<void> {
    const { store, log, draining, notifyEnded } = this.#parts;
    const most = (): number => {
      this.#isAskedAgain = false;
      const poll = this.#poll;
      return poll === undefined || draining.aborted ? 0 : poll.worker.free - poll.given;
    };
    let taking: Taking;
    try {
      taking = await store.take(() => Math.max(0, most()), { worker: this.#id, has });
    } catch (error) {
      log.error({ err: error, worker: this.#id }, 'leasing for a worker failed');
      setTimeout(() => this.poke(), pauseMs).unref();
      return;
    }
    for (const run of taking.expired) notifyEnded(run);
    for (const leased of taking.leased) this.#untold.add(this.#hear(leased));
    if (this.#poll === undefined || taking.leased.length === 0) return;
    this.#poll.given += taking.leased.length;
    this.#poll.answer.abort();
  }

  #hear(leased: Leased): WorkerRun {
    const { id } = leased.row;
    const run = workerRun(this.#parts, leased, () => this.#poll?.answer.abort());
    this.runs.set(id, run);
    void run.done.then(() => {
      this.#untold.delete(run);
      if (this.runs.get(id) === run) this.runs.delete(id);
      this.#rest();
    });
    return run;
  }

  /** Goes on with a run that this process has not heard of, or not all. */
  async #adopt(row: RunRow): Promise<WorkerRun | undefined> {
    const request = await this.#parts.store.request(row.id);
    if (request === null || this.#parts.closing.aborted) return undefined;
    return this.runs.get(row.id) ?? this.#hear({ row, request, slot: slotOf(row) });
  }

  #forget(id: string, run: WorkerRun | undefined): void {
    if (run === undefined || this.runs.get(id) !== run) return;
    this.runs.delete(id);
    run.letGo();
  }

  /** What it has to be told now, of runs that it has or should have. */
  #errand({ holds, number }: Worker): Errand {
    const given = [...this.#untold];
    for (const run of given) this.#handedIn.set(run, number);
    this.#untold.clear();
    const dying = [...this.runs].filter(([id, run]) => holds.has(id) && run.tellCancelled());
    return {
      runs: given.flatMap(({ handed }) => handed ?? []),
      cancelled: dying.map(([id]) => id),
    };
  }

  /** Compares what is heard here with what the store and the worker say. */
  async #compare({ holds, open }: Worker): Promise<void> {
    const before = [...this.runs];
    const held = await this.#parts.store.held(this.#id);
    const rows = new Map(held.map((row) => [row.id, row]));
    for (const [id, run] of before) {
      // It has ended, or was put back: another process has heard that.
      if (rows.get(id)?.lease !== run.handed?.lease) this.#forget(id, run);
    }
    for (const row of rows.values()) {
      const run = this.runs.get(row.id) ?? (await this.#adopt(row));
      if (run === undefined) continue;
      const handedIn = this.#handedIn.get(run);
      if (holds.has(row.id)) run.beat();
      // It is in an answer that the worker had not read yet.
      else if (handedIn === undefined ? open.size > 0 : open.has(handedIn)) continue;
      // The answer was lost with which it was handed out.
      else if (run.isUntouched(row)) this.#untold.add(run);
      else run.lose('The worker does not have the run any more');
    }
  }

  #rest(): void {
    if (this.#poll === undefined && this.runs.size === 0 && this.#taking === undefined) {
      this.#onIdle();
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
