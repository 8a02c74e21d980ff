import { ProblemError } from '../problems/problem.ts';
import type { Standing } from './headers.ts';
import type { RateOptions } from './options.ts';
import { count, type LimitStore } from './store.ts';

/** Blocks callers for a while who keep sending although they are refused. */
export interface ShutOut {
  /** Throws `shut_out` while the subject is blocked, and appends until when to `standings`. */
  check(subject: string, standings: Standing[]): Promise<void>;
  /** Counts a refusal. Too many block the subject, each time for twice as long. */
  refused(subject: string): Promise<void>;
}

const day = 86_400;

export function createShutOut(
  { refusals, withinMs, firstMs, mostMs }: RateOptions['shutOut'],
  store: LimitStore,
): ShutOut {
  const recent = store('refusals', refusals, withinMs / 1_000);
  const times = store('times', 1, day);
  const shut = store('shut', 1, mostMs / 1_000);
  return {
    async check(subject, standings) {
      const state = await shut.get(subject);
      if (state === null || state.msBeforeNext <= 0) return;
      const resetMs = Math.min(state.msBeforeNext, mostMs);
      standings.push({
        rule: 'shut-out',
        quota: refusals,
        windowMs: withinMs,
        remaining: 0,
        resetMs,
      });
      throw new ProblemError(
        'shut_out',
        'Too many requests came although they were refused. Wait as Retry-After says.',
        { retryAfterMs: resetMs },
      );
    },
    async refused(subject) {
      if (!(await count(recent, subject)).isOver) return;
      await recent.delete(subject);
      const { consumedPoints } = await times.penalty(subject);
      const ms = Math.min(mostMs, firstMs * 2 ** Math.min(consumedPoints - 1, 30));
      await shut.block(subject, ms / 1_000);
    },
  };
}
