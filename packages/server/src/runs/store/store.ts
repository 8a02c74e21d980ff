import type { Artifact } from '@castellan/protocol';
import type { JsonText } from '@castellan/protocol/json';
import type { EndedRun, RunSpec } from '../contract/launch.ts';
import type {
  RunPage,
  RunQuery,
  StoredEvent,
  StoredRun,
  Submission,
  Submitted,
  TenantLoad,
} from '../contract/runs.ts';
import type { RunRow } from '../record/rows.ts';
import type { ServiceTime } from '../time/clock.ts';
import type { Sweep } from './sweep.ts';

/**
 * Where runs are written down: the transitions of a run, and what is read of it. `sqlite` and
 * `postgres` implement it, and `conformance.test.ts` says the same of both.
 *
 *     submit ─▶ queued ──take──▶ running ──append(end), end──▶ ended ──sweep──▶ gone
 *                 ▲  │              │ ▲ renew, append
 *                 │  └─cancel, expire─┼───────▶ ended
 *                 └─────requeue───────┘
 *     record ─────────────────────────────────▶ ended
 *
 * **A transition is atomic and durable**: all of it is stored when its promise resolves, and nothing
 * of it when it rejects; only after a broken connection may a rejected one be stored all the same,
 * and then repeating it changes nothing. Transitions that are asked for in one turn of the event
 * loop share a commit and keep their order, but for `take`, which goes last.
 *
 * **A fence is the right to write to a run.** `take` and `renew` give out a new one, and void the
 * last; so do `requeue` and the end of a run. A write under a void fence rejects with
 * `StaleWriteError`. Whoever has no fence can submit, cancel, and expire what waits, nothing else.
 *
 * **A run ends once.** Its tenant's slot is freed in the same commit; so is that of a run that is put
 * back. Its request stays as long as its logs, so that it can be run again.
 *
 * **Events are numbered by the launcher** and are readable in this order, each once. Whoever was
 * told of news finds them by the number of the last that it has seen.
 */
export interface Store extends StoredRuns, AsyncDisposable {
  /** Service time: it goes on from the last reading that was kept here. */
  readonly time: ServiceTime;
  /** Writes that were refused because their fence was void. */
  readonly staleWrites: number;
  /** Transactions that were committed, and those that failed. */
  readonly counts: { readonly done: number; readonly failed: number };
  /** Why the last transaction failed, until one succeeds. */
  readonly fault: Error | undefined;

  /** Queues a run, or finds that of an earlier identical request. Throws `RefusedError`. */
  submit(submission: Submission): Promise<Submitted>;
  /**
   * Ends a batch of runs that have waited too long, then takes runs from the queue: fairly across
   * tenants, by lane and arrival within one, none beyond its tenant's cap. `most` is asked when the
   * transaction begins, after all other transitions of its turn. Without a taker it is this process, which
   * takes any.
   */
  take(most: () => number, taker?: Taker): Promise<Taking>;
  /** Gives the run a new fence, for another attempt of whoever has it. */
  renew(fence: Fence): Promise<RunRow>;
  /**
   * Stores what an attempt has brought, and its end if there is one. `batch` is asked once, when the
   * transaction begins. Without an end it survives the death of this process, but the loss of power
   * may take it until the next commit. Returns the ids of artifacts that were replaced.
   */
  append(fence: Fence, batch: () => Batch): Promise<readonly string[]>;
  /** Puts the run back, ahead of all others of its lane; there it does not expire. */
  requeue(fence: Fence, requeued: Requeued): Promise<void>;
  /** Ends the run. */
  end(fence: Fence, ending: Ending): Promise<void>;
  /**
   * Ends a run that waits; marks one that runs, so that whoever recovers it does not start it again.
   */
  cancel(tenant: string | null, id: string): Promise<Cancelled>;
  /** Writes down a run that was never queued and has ended. */
  record(ended: Unqueued): Promise<void>;
  /** Ends a batch of runs that have waited too long; an empty one when none has. */
  expire(): Promise<EndedRun[]>;
  /** The runs that this process has leased. */
  running(): Promise<RunRow[]>;
  /** The runs that a worker has taken. */
  held(worker: string): Promise<RunRow[]>;
  /** A worker lives: until it has been silent for a lease, the runs that it has taken are its own. */
  beat(worker: string): Promise<void>;
  /** Runs that were leased by a process or a worker that is gone. Whoever finds them ends them or puts them back. */
  orphans(): Promise<RunRow[]>;
  /** Ids of runs that this process, or one of these workers, has leased and another has cancelled. */
  cancelled(workers: readonly string[]): Promise<readonly string[]>;
  /** Removes what is old or too much; retention.ts repeats it until nothing is. */
  readonly sweep: Sweep;
  /** Whether this is the one process that sweeps; tries to become it. */
  isSweeper(): Promise<boolean>;
  /** Keeps the reading of the clocks for the next process, and says to others that this one lives. */
  keepTime(): Promise<void>;
  /** Copies the records into a new file, meanwhile going on; null where a database's own tools do. */
  readonly copyTo: ((file: string) => Promise<void>) | null;
  /** What the tables say that contradicts itself; empty if they are consistent. */
  contradictions(): Promise<string[]>;
}

/** What is read. A tenant of null means any tenant; a run of another tenant is unknown. */
export interface StoredRuns {
  /** Without its value. */
  row(tenant: string | null, id: string): Promise<RunRow | undefined>;
  run(tenant: string | null, id: string): Promise<StoredRun | undefined>;
  list(query: RunQuery): Promise<RunPage>;
  /** The next few stored events after `seq`. */
  events(id: string, after: number): Promise<StoredEvent[]>;
  artifact(id: string, name: string): Promise<Artifact | undefined>;
  /** Ids of the artifacts of a run, and whether it is running. */
  files(id: string): Promise<{ readonly isRunning: boolean; readonly known: readonly string[] }>;
  /** A list of `NetworkEntry`. */
  network(id: string): Promise<JsonText>;
  /** What was asked for; null once it is forgotten. */
  request(id: string): Promise<RunSpec | null>;
  /** Tenants that have something to do, or the one of that name; the busiest first. */
  tenants(tenant: string | null): Promise<TenantLoad[]>;
  /** The length of the queue, of all tenants together; the last one known while it cannot be read. */
  waiting(): Promise<number>;
}

/** The right to write to a run: void once the run has a newer one, or has ended. */
export interface Fence {
  readonly id: string;
  readonly lease: number;
}

/** Thrown for a write under a void fence. Nothing of it is stored. */
export class StaleWriteError extends Error {
  override readonly name = 'StaleWriteError';

  constructor({ id }: Fence) {
    super(`The lease of ${id} is another's`);
  }
}

/** Who takes runs from the queue. */
export interface Taker {
  /** In whose hands the runs are from then on; null: in those of this process. */
  readonly worker: string | null;
  /** What it has, of what runs may need; null: everything. See needs.ts. */
  readonly has: readonly string[] | null;
}

/** This process, which takes any run. */
export const anything: Taker = { worker: null, has: null };

/** A run that was taken from the queue. */
export interface Leased {
  /** With its new fence. */
  readonly row: RunRow;
  readonly request: RunSpec;
  readonly slot: Slot;
}

/** A place among those that its tenant may have running, and what it was charged in advance. */
export interface Slot {
  readonly tenant: string;
  readonly chargedMs: number;
}

/** The slot of a run that was taken. */
export function slotOf({ tenant, charged_ms: chargedMs }: RunRow): Slot {
  return { tenant, chargedMs };
}

/** A slot that is given back, with the time that it was had; null if nobody knows it. */
export interface FreedSlot extends Slot {
  readonly tookMs: number | null;
}

export interface Taking {
  readonly leased: readonly Leased[];
  readonly expired: readonly EndedRun[];
}

/** What an attempt has brought since the last batch, in its order. */
export interface Batch {
  /** The number of the first event: the batch is refused unless the record ends right before it. */
  readonly firstSeq?: number;
  readonly chunks: readonly Chunk[];
  readonly changes: readonly Change[];
  readonly ending?: Ending;
}

/** Events as one JSON text; see record/event-lines.ts. */
export interface Chunk {
  readonly lastSeq: number;
  readonly body: string;
}

/** A change of the record that an event brings with it. */
export type Change =
  | { readonly type: 'started'; readonly at: string }
  | { readonly type: 'network'; readonly seq: number; readonly body: string }
  | { readonly type: 'artifact'; readonly artifact: NewArtifact };

export interface NewArtifact {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Service time. */
  readonly storedMs: number;
  readonly body: string;
}

export interface Ending {
  /** As it is stored; its lines and artifacts are not, which lie in the store already. */
  readonly run: EndedRun;
  /** Service time. */
  readonly endedMs: number;
  readonly nextSeq: number;
  readonly freed: FreedSlot;
}

/** A run that nobody had written down before it ended. */
export interface Unqueued {
  readonly submission: Submission;
  readonly run: EndedRun;
  /** Service time. */
  readonly queuedMs: number;
  readonly batch: Omit<Batch, 'ending'>;
  readonly ending: Omit<Ending, 'freed'>;
}

export interface Requeued {
  /** The run's counters from now on. */
  readonly attempt: number;
  readonly deaths: number;
  readonly lane: number;
  readonly freed: FreedSlot;
}

/** Undefined for an unknown run; else its end, or how it stands. */
export type Cancelled = EndedRun | 'running' | 'ended' | undefined;

/** The most expired runs that are ended in one transaction. */
export const expiryBatch = 100;
/** How long an `Idempotency-Key` is remembered. */
export const rememberMs = 24 * 60 * 60 * 1_000;
