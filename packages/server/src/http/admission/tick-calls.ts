import { JsonText } from '@castellan/protocol/json';
import { FunctionError } from '../../functions/store.ts';
import type { Scope } from '../../keys/keys.ts';
import { RefusedError, type Runs } from '../../runs/contract/runs.ts';
import type { Called, Calls } from '../../schedules/fire.ts';
import type { DueTick } from '../../schedules/record.ts';
import { type Authentication, callerOf, requireScope } from '../callers/authenticate.ts';
import { ProblemError } from '../problems/problem.ts';
import { type Invoke, startRun } from './invoke.ts';
import { labelsOfSchedule, queryOfTick } from './own-labels.ts';

/** Of these a caller needs one to have a function called. */
export const callScopes: readonly Scope[] = ['functions:invoke', 'runs:write'];

interface Parts {
  readonly invoke: Invoke;
  readonly runs: Pick<Runs, 'get' | 'list'>;
  readonly authentication: Authentication;
}

const idOf = ({ schedule, at }: DueTick): string => `${schedule.id}/${at}`;

/**
 * Ticks call functions as whoever wrote their schedule would, with what that key may do now. The idempotency
 * key of a tick is its own, so that several processes start one run.
 */
export function tickCalls({ invoke, runs, authentication }: Parts): Calls {
  const start = async (tick: DueTick): Promise<Called> => {
    const { name, tenant, function: called, alias, params, createdBy } = tick.schedule;
    const caller = await callerOf(createdBy, authentication);
    if (caller === undefined) {
      return {
        refused: `The key ${createdBy}, which wrote this schedule, is not in force any more. Write it again with one that is.`,
      };
    }
    requireScope(caller, callScopes);
    const call = {
      name: called,
      body: { params: new JsonText(params), tenant, ...(alias === null ? {} : { alias }) },
      stickyKey: undefined,
      labels: labelsOfSchedule(name, idOf(tick)),
    };
    const request = {
      caller,
      subject: 'schedule',
      headers: { 'idempotency-key': idOf(tick) },
    };
    const { submitted, claimed } = await startRun(invoke, call, request);
    using _ = claimed;
    return { runId: submitted.run.id };
  };

  return {
    call: (tick) =>
      start(tick).catch((error: unknown) => {
        const called = calledBy(error);
        if (called === undefined) throw error;
        return called;
      }),
    runOf: async (tick) => {
      const { tenant } = tick.schedule;
      const { items } = await runs.list({ tenant, label: queryOfTick(idOf(tick)), limit: 1 });
      return items[0]?.id;
    },
    isActive: async (tenant, runId) => (await runs.get(tenant, runId))?.finishedAt === null,
  };
}

/** What a refusal means for a tick; undefined: a fault of the service. */
function calledBy(error: unknown): Called | undefined {
  if (error instanceof FunctionError) return { refused: error.message };
  if (error instanceof RefusedError) {
    // The schedule was changed after it had started the run of this tick.
    const isLasting = error.refusal === 'idempotency_mismatch';
    return isLasting ? { refused: error.message } : { retryMs: error.retryAfterMs };
  }
  if (!(error instanceof ProblemError)) return undefined;
  const { retryAfterMs } = error.extras;
  return retryAfterMs === undefined ? { refused: error.message } : { retryMs: retryAfterMs };
}
