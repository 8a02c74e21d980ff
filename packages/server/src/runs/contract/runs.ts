import type { Readable } from 'node:stream';
import type { Artifact, Run, RunEvent, RunStatus } from '@castellan/protocol';
import type { JsonText } from '@castellan/protocol/json';
import type { AttemptEvent, EndedRun, RunSpec } from './launch.ts';
import type { Work } from './work.ts';

/** A run that was admitted: authenticated, within its rate, valid, and allowed by its policy. */
export interface Submission extends RunSpec {
  readonly tenant: string;
  readonly policy: string;
  /** Shown as facts of the run until a box reports the real ones. */
  readonly runtime: string | null;
  readonly engine: Run['isolation']['engine'];
  readonly reuse: Run['isolation']['reuse'];
  /** How long it may wait in the queue. */
  readonly ttlMs: number;
  /** Higher runs earlier, within the tenant only. From -100 to 100. */
  readonly priority: number;
  readonly maxAttempts: number;
  /** The tenant's quotas, from its policy. */
  readonly caps: { readonly running: number; readonly queued: number };
  readonly idempotency: Idempotency | null;
  /** Labels that whoever runs it has to have; they are not the run's own. */
  readonly placement: Readonly<Record<string, string>>;
}

/** A call that was not written down, and has ended. */
export interface EndedCall {
  readonly submission: Submission;
  readonly run: EndedRun;
  /** What its launcher said before the end, in order. */
  readonly events: readonly Exclude<AttemptEvent, { readonly type: 'run.finished' }>[];
}

/** Identifies a repeated request: the same `scope` and `key` with another `payload` is refused. */
export interface Idempotency {
  /** Key id and tenant. */
  readonly scope: string;
  readonly key: string;
  /** A hash of the request. */
  readonly payload: string;
}

/**
 * A run as clients read it. Values, lines and artifacts are stored as JSON and stay that text: they are
 * not parsed to be sent.
 */
export interface StoredRun extends Pick<Run, 'id' | 'status' | 'finishedAt'> {
  /** The `Run`. */
  readonly json: string;
}

/** An event as clients read it. */
export interface StoredEvent extends Pick<RunEvent, 'type' | 'seq'> {
  /** The event, or the `Run` for the first and the last. */
  readonly json: string;
}

export interface Submitted {
  readonly run: StoredRun;
  /** The run was there before. */
  readonly isReplay: boolean;
}

/** Why a submission was refused. Nothing of it is stored. */
export type Refusal =
  | 'queue_full'
  | 'tenant_quota'
  | 'idempotency_mismatch'
  | 'draining'
  | 'storage_full';

export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly refusal: Refusal;
  /** When a retry may succeed. */
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
  readonly policy?: string;
  /** `name=value`, or a name alone for any value. */
  readonly label?: string;
  /** The id of the last item of the previous page. */
  readonly cursor?: string;
  /** From 1 to 200. */
  readonly limit: number;
}

export interface RunPage {
  /** Newest first, without logs and value. Fewer than the limit if they are large. */
  readonly items: readonly StoredRun[];
  readonly nextCursor: string | null;
}

/** A run as it was asked for. */
export interface AskedRun extends Pick<Submission, 'tenant' | 'policy' | 'placement'> {
  /** Null once it is forgotten, with the logs of the run. */
  readonly spec: RunSpec | null;
}

/** An artifact that the store knows. */
export interface HeldArtifact {
  readonly artifact: Artifact;
  /** The bytes, which are surely those that were kept; undefined if they are not there any more. */
  read(): Promise<Readable | undefined>;
  /** Where a client may fetch them itself for a minute; null: nowhere. */
  urlFor(as: ServedAs): Promise<string | null>;
}

/** What whoever serves an artifact has to say of it. */
export interface ServedAs {
  readonly contentType: string;
  readonly disposition: string;
}

/** What a tenant has in the queue and in boxes. */
export interface TenantLoad {
  readonly name: string;
  readonly running: number;
  readonly queued: number;
  /** The most that may run at a time, by the policy of its last run. */
  readonly runningCap: number;
}

export interface Pressure {
  readonly running: number;
  readonly queued: number;
  readonly capacity: number;
  /** Why no runs are accepted now, or null. */
  readonly reason: string | null;
}

/** Counters since the process started. */
export interface Tally {
  readonly submitted: number;
  readonly replayed: number;
  readonly refused: Readonly<Record<Refusal, number>>;
  /** By status, followed by `/` and the reason if there is one. */
  readonly ended: Readonly<Record<string, number>>;
  /** Attempts that failed through no fault of the run and were retried. */
  readonly retried: number;
  /** Writes under a lease that had expired: all were refused. */
  readonly staleWrites: number;
  /** Transactions that were committed to disk. */
  readonly commits: number;
  /** Transactions that the disk refused. */
  readonly storageFailures: number;
}

/**
 * The service's view of runs. A change is durable before its promise settles. A run of another
 * tenant is treated as unknown; a tenant of null means any tenant.
 */
export interface Runs extends AsyncDisposable {
  /** Durable when it resolves. Throws `RefusedError`. */
  submit(submission: Submission): Promise<Submitted>;
  /** Writes down a call that has ended. Durable when it resolves. Throws `RefusedError`. */
  record(call: EndedCall): Promise<void>;
  get(tenant: string | null, id: string): Promise<StoredRun | undefined>;
  /** Resolves with the run when it has ended, or as it stands when `signal` aborts. */
  ended(tenant: string | null, id: string, signal: AbortSignal): Promise<StoredRun | undefined>;
  list(query: RunQuery): Promise<RunPage>;
  /** Resolves with `ended` if the run has ended already. */
  cancel(tenant: string | null, id: string): Promise<'cancelled' | 'ended' | undefined>;
  /** Stored events after `seq`, then live ones; returns after `run.finished`. Undefined for an unknown run. */
  events(
    tenant: string | null,
    id: string,
    after: number,
    signal: AbortSignal,
  ): Promise<AsyncIterable<StoredEvent> | undefined>;
  artifact(tenant: string | null, id: string, name: string): Promise<HeldArtifact | undefined>;
  /** A list of `NetworkEntry`. */
  network(tenant: string | null, id: string): Promise<JsonText | undefined>;
  /** What was asked for, to be asked for again. */
  asked(tenant: string | null, id: string): Promise<AskedRun | undefined>;
  pressure(): Promise<Pressure>;
  /** Tenants with runs that wait or are in boxes, most of these first; at most 200. */
  tenants(tenant: string | null): Promise<readonly TenantLoad[]>;
  tally(): Tally;
  /** Copies the records into a new file; null where a database has them. */
  readonly copyTo: ((file: string) => Promise<void>) | null;
  /** For launchers on other machines. */
  readonly work: Work;
  /** Accepts no more runs, lets active ones end within the budget, requeues the rest. */
  drain(budgetMs: number): Promise<void>;
}
