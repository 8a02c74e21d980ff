import type { Caller } from '../../keys/keys.ts';
import type { Policy } from '../../policies/policy.ts';
import type { RunBody } from '../schemas/request.ts';
import type { Definition } from './chosen.ts';
import { ofVersion } from './invoke.ts';
import { labelsOfCall } from './own-labels.ts';
import type { Submit, Taken } from './submit.ts';

/** A call of a function over HTTP. */
interface ServedCall {
  readonly tenant: string;
  readonly name: string;
  readonly number: number;
  readonly definition: Definition;
  /** The request that the run answers, by its id among the exchanges. */
  readonly exchange: string;
  readonly caller: Caller;
  readonly subject: string;
}

/** Starts a run that answers a request. Throws a problem or `RefusedError`. */
export type Serve = (call: ServedCall) => Promise<Taken>;

interface Parts {
  readonly submit: Submit;
  readonly policies: ReadonlyMap<string, Policy>;
  /** How long a call may wait for a box. */
  readonly waitMs: number;
}

/**
 * A call that is answered at once or not at all: its run is started once, waits `waitMs` at most, and is not
 * the run of another call with its `Idempotency-Key`.
 */
export function server({ submit, policies, waitMs }: Parts): Serve {
  return async ({ tenant, name, number, definition, exchange, caller, subject }) => {
    const { run } = definition;
    const policy = policies.get(run.policy ?? '');
    const ttlMs = Math.min(waitMs, policy?.maxTtlMs ?? waitMs);
    const wanted: RunBody = {
      ...run,
      tenant,
      queue: { ...run.queue, ttlMs },
      retry: { maxAttempts: 1 },
    };
    const marks = { labels: labelsOfCall(name, number), exchange };
    try {
      return await submit(wanted, { caller, subject, headers: {} }, marks);
    } catch (error) {
      throw ofVersion(error, { name, number, body: {} });
    }
  };
}
