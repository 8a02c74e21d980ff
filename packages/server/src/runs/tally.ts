import type { Run } from '@castellan/protocol';
import type { Refusal } from './runs.ts';

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

export interface Counters {
  submitted: number;
  replayed: number;
  readonly refused: Record<Refusal, number>;
  readonly ended: Record<string, number>;
  retried: number;
}

export function counters(): Counters {
  return {
    submitted: 0,
    replayed: 0,
    refused: {
      queue_full: 0,
      tenant_quota: 0,
      idempotency_mismatch: 0,
      draining: 0,
      storage_full: 0,
    },
    ended: {},
    retried: 0,
  };
}

export function countEnd({ ended }: Counters, { status, reason }: Run): void {
  const key = reason === null ? status : `${status}/${reason}`;
  ended[key] = (ended[key] ?? 0) + 1;
}
