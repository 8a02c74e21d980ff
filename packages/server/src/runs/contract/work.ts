import type { Readable } from 'node:stream';
import type { AttemptEvent, LaunchFailure, QueuedRun } from './launch.ts';

/**
 * What a worker asks of any service over the store. A worker is a launcher on another machine that comes by
 * itself: it takes runs, says what happens to them, and outlives whichever service it speaks to.
 *
 *     poll ──▶ runs that it is given, runs that it has to kill     always one, also as its sign of life
 *     tell ──▶ from which event on it has to tell                   one at a time for each run
 *     upload ▶ before the event of the artifact
 *
 * All of it is for runs that are in this worker's hands, under the fencing token that it was given.
 */
export interface Work {
  /** Resolves when there is something to say, after `waitMs` at the latest, or when `signal` aborts. */
  poll(worker: Worker, waitMs: number, signal: AbortSignal): Promise<Errand>;
  /** Resolves when what was told is stored. Undefined: the run is not in its hands. */
  tell(worker: string, fence: WorkFence, said: Said): Promise<Heard | undefined>;
  /** Resolves when the bytes are there, and are what `file` says. False: the run is not in its hands. */
  upload(worker: string, fence: WorkFence, file: UploadedFile, bytes: Readable): Promise<boolean>;
  /** Workers that ask this service now, or whose runs it hears of; others may ask other services. */
  readonly seen: readonly SeenWorker[];
}

/** A worker as people see it. */
export interface SeenWorker extends Pick<Worker, 'id' | 'policies' | 'labels'> {
  /** Its runs that are heard of here. */
  readonly running: number;
  /** How many more it would take. */
  readonly free: number;
}

export interface Worker {
  /** No other worker is or will be the same. */
  readonly id: string;
  /** What it has, of what runs may need. */
  readonly has: readonly string[];
  /** The policies of which it makes boxes. */
  readonly policies: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** How many runs it takes now. */
  readonly free: number;
  /** Polls of this worker have numbers that grow; the others of which it had no answer yet. */
  readonly number: number;
  readonly open: ReadonlySet<number>;
  /** Ids of the runs that it has. */
  readonly holds: ReadonlySet<string>;
}

export interface WorkFence {
  readonly id: string;
  readonly lease: number;
}

export interface HandedRun {
  readonly lease: number;
  readonly run: QueuedRun;
}

export interface Errand {
  readonly runs: readonly HandedRun[];
  /** Ids of the runs that it has to kill. */
  readonly cancelled: readonly string[];
}

/** Events in their order, and after them, if that is so, why the attempt cannot be completed. */
export interface Said {
  readonly events: readonly AttemptEvent[];
  readonly failure: { readonly kind: LaunchFailure; readonly message: string } | null;
  /** The worker's clock when it said so, in milliseconds since 1970. */
  readonly atMs: number;
  /** Bytes of all of it. */
  readonly bytes: number;
}

export interface Heard {
  /** The number of the next event. */
  readonly nextSeq: number;
  /** The attempt is over: nothing more is to be said of it. */
  readonly isOver: boolean;
}

export interface UploadedFile {
  readonly id: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What a worker did that no launcher does. Nothing of it is stored. */
export class WorkError extends Error {
  override readonly name = 'WorkError';
  readonly fault: 'out_of_order' | 'not_uploaded' | 'wrong_bytes' | 'too_much';

  constructor(fault: WorkError['fault'], message: string) {
    super(message);
    this.fault = fault;
  }
}
