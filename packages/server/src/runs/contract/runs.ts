import type { Artifact, NetworkEntry, Run, RunEvent, RunStatus } from '@castellan/protocol';
import type { RunSpec } from './launch.ts';

/** A run that has been let in: authenticated, within its rate, valid, and allowed by its policy. */
export interface Submission extends RunSpec {
  readonly tenant: string;
  readonly policy: string;
  /** What is said of the run until a box has told better. */
  readonly runtime: string | null;
  readonly engine: Run['isolation']['engine'];
  readonly reuse: Run['isolation']['reuse'];
  /** Time that it may wait before it starts. */
  readonly ttlMs: number;
  /** Higher is earlier, within the tenant only. From -100 to 100. */
  readonly priority: number;
  readonly maxAttempts: number;
  /** The tenant's caps, from its policy. */
  readonly caps: { readonly running: number; readonly queued: number };
  readonly idempotency: Idempotency | null;
}

/** Who repeats what: the same `scope` and `key` with another `payload` is refused. */
export interface Idempotency {
  /** Key id and tenant. */
  readonly scope: string;
  readonly key: string;
  /** A hash of the request. */
  readonly payload: string;
}

export interface Submitted {
  readonly run: Run;
  /** The run was there before. */
  readonly isReplay: boolean;
}

/** Why a submission was not taken. Nothing is stored of it. */
export type Refusal =
  | 'queue_full'
  | 'tenant_quota'
  | 'idempotency_mismatch'
  | 'draining'
  | 'storage_full';

export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly refusal: Refusal;
  /** When it may be worth another try. */
  readonly retryAfterMs: number;

  constructor(refusal: Refusal, message: string, retryAfterMs = 1_000) {
    super(message);
    this.refusal = refusal;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface RunQuery {
  readonly tenant: string | null;
  readonly status?: RunStatus;
  /** `name=value`, or a name alone. */
  readonly label?: string;
  /** The id of the last item of the page before. */
  readonly cursor?: string;
  /** From 1 to 200. */
  readonly limit: number;
}

export interface RunPage {
  /** Newest first. Without logs and value. */
  readonly items: readonly Run[];
  readonly nextCursor: string | null;
}

export interface Pressure {
  readonly running: number;
  readonly queued: number;
  readonly capacity: number;
  /** Why nothing more is taken, or null. */
  readonly reason: string | null;
}

/** What has happened since the process started. */
export interface Tally {
  readonly submitted: number;
  readonly replayed: number;
  readonly refused: Readonly<Record<Refusal, number>>;
  /** By status, and `/` and the reason where there is one. */
  readonly ended: Readonly<Record<string, number>>;
  /** Attempts that came to nothing by our fault and were followed by another. */
  readonly retried: number;
  /** Writes of launchers that had lost their lease: all refused. */
  readonly staleWrites: number;
  /** Transactions that reached the disk. */
  readonly commits: number;
  /** Transactions that the disk did not take. */
  readonly storageFailures: number;
}

/**
 * All that the service knows of runs: what goes in is durable before its promise settles. Ids of
 * another tenant are as unknown as ids that never were; null for a tenant means any of them.
 */
export interface Runs extends AsyncDisposable {
  /** Durable when it resolves. Throws `RefusedError`. */
  submit(submission: Submission): Promise<Submitted>;
  get(tenant: string | null, id: string): Run | undefined;
  /** Resolves with the run when it has ended, or as it stands when `signal` aborts. */
  ended(tenant: string | null, id: string, signal: AbortSignal): Promise<Run | undefined>;
  list(query: RunQuery): RunPage;
  /** `ended` when there is nothing to cancel any more. */
  cancel(tenant: string | null, id: string): Promise<'cancelled' | 'ended' | undefined>;
  /** Stored events after `seq`, then live ones; returns after `run.finished`. Undefined for an unknown run. */
  events(
    tenant: string | null,
    id: string,
    after: number,
    signal: AbortSignal,
  ): AsyncIterable<RunEvent> | undefined;
  /** Where the bytes lie, and what is known of them. */
  artifact(
    tenant: string | null,
    id: string,
    name: string,
  ): { artifact: Artifact; path: string } | undefined;
  network(tenant: string | null, id: string): readonly NetworkEntry[] | undefined;
  pressure(): Pressure;
  tally(): Tally;
  /** Takes nothing more, lets what runs come to its end within the budget, hands the rest back. */
  drain(budgetMs: number): Promise<void>;
}
