import { shown } from '@castellan/protocol/kinds';
import type { DueTick } from './record.ts';
import type { Settled } from './store.ts';

/** What happened when the function of a tick was called. */
export type Called =
  | { readonly runId: string }
  /** Not now. */
  | { readonly retryMs: number }
  /** Nor later. */
  | { readonly refused: string };

/** Where ticks become runs. */
export interface Calls {
  /**
   * Starts the run of a tick. Called again for the same tick, by whichever process, it finds the run that was
   * started, for as long as idempotency keys are remembered.
   */
  call(tick: DueTick): Promise<Called>;
  /** The run of a tick, if it has one. */
  runOf(tick: DueTick): Promise<string | undefined>;
  /** Whether a run has not ended. */
  isActive(tenant: string, runId: string): Promise<boolean>;
}

/** How soon a tick is looked at again that waits, at first and at last: the longer it has waited, the later. */
const lookAgainMs = { first: 1_000, last: 60_000, share: 0.1 } as const;

/**
 * Decides about a tick whose time has come. Whoever did so before may have died between starting its run and
 * writing that down: so a tick is given up only if it has no run.
 */
export async function fire(
  tick: DueTick,
  lastRunId: string | null,
  calls: Calls,
  nowMs: number,
): Promise<Settled> {
  const { overlap, tenant } = tick.schedule;
  const without = async (
    state: 'missed' | 'skipped' | 'failed',
    detail: string,
  ): Promise<Settled> => {
    const runId = await calls.runOf(tick);
    return runId === undefined ? { state, detail } : { state: 'fired', runId };
  };
  if (Date.parse(tick.untilAt) < nowMs) {
    return without('missed', 'Its run could not be started in time.');
  }
  if (overlap !== 'allow' && lastRunId !== null && (await calls.isActive(tenant, lastRunId))) {
    if (overlap === 'queue') return waitOf(tick, nowMs, 0);
    return without('skipped', `The run ${shown(lastRunId)} of an earlier tick had not ended.`);
  }
  const called = await calls.call(tick);
  if ('runId' in called) return { state: 'fired', runId: called.runId };
  if ('refused' in called) return without('failed', called.refused);
  return waitOf(tick, nowMs, called.retryMs);
}

/** So thousands of ticks that wait cost little, and one that waits for seconds is started within one. */
function waitOf({ at }: DueTick, nowMs: number, retryMs: number): Settled {
  const { first, last, share } = lookAgainMs;
  const waitedMs = nowMs - Date.parse(at);
  const untilMs = nowMs + Math.min(last, Math.max(first, retryMs, share * waitedMs));
  return { state: 'waiting', untilMs };
}
