import type { EndedRun } from './contract/launch.ts';
import type { Refusal } from './contract/runs.ts';

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

export function countEnd({ ended }: Counters, { status, reason }: EndedRun): void {
  const key = reason === null ? status : `${status}/${reason}`;
  ended[key] = (ended[key] ?? 0) + 1;
}
