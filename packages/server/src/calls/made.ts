import { reasons } from '@castellan/protocol';
import { CallError } from '../runs/contract/calls.ts';
import {
  type EndedRun,
  type Launch,
  LaunchError,
  type QueuedRun,
} from '../runs/contract/launch.ts';
import type { EndedCall } from '../runs/contract/runs.ts';
import { firstFacts } from '../runs/record/rows.ts';

/** How long a launcher may take, beyond `wallMs`, to make a box and to report the end. */
const graceMs = 30_000;

/** A call that has ended. */
interface Made extends Pick<EndedCall, 'events'> {
  readonly run: EndedRun;
  /** By the ids of the artifacts. */
  readonly artifacts: ReadonlyMap<string, Uint8Array>;
  /** Why no launcher has given a result: `run` ends with `worker_lost` then. */
  readonly fault: CallError | null;
}

/**
 * Has a launcher run it once, and gathers all that it says. `waitedMs` is how long it has waited for its
 * place. An abort kills it.
 */
export async function made(
  launch: Launch,
  job: QueuedRun,
  shown: Parameters<typeof firstFacts>[1],
  waitedMs: number,
  signal: AbortSignal,
): Promise<Made> {
  const events: EndedCall['events'][number][] = [];
  const byName = new Map<string, { readonly id: string; readonly bytes: Uint8Array }>();
  let startedAt: string | null = null;

  const listen = async (ending: AbortSignal): Promise<EndedRun> => {
    // Nothing outlives this process: there is no lease.
    for await (const event of launch(job, ending, 0)) {
      if (event.type === 'heartbeat') continue;
      if (event.type === 'run.finished') return event.run;
      if (event.type === 'run.started') startedAt = event.time;
      if (event.type === 'artifact') {
        const { artifact, bytes = new Uint8Array(0) } = event;
        byName.set(artifact.name, { id: artifact.id, bytes });
      }
      events.push(event);
    }
    throw new LaunchError('lost', 'The launcher ended the call without a result.');
  };

  const late = Promise.withResolvers<never>();
  const ending = new AbortController();
  const timer = setTimeout(() => {
    late.reject(new LaunchError('lost', 'The launcher reported no end in time.'));
    ending.abort();
  }, job.limits.wallMs + graceMs);
  late.promise.catch(() => undefined);
  try {
    const heard = listen(AbortSignal.any([signal, ending.signal]));
    heard.catch(() => undefined);
    const run = await Promise.race([heard, late.promise]);
    return {
      run: completed(run, job, startedAt, waitedMs),
      events,
      artifacts: new Map(byName.values().map(({ id, bytes }) => [id, bytes])),
      fault: null,
    };
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    const hasStarted = startedAt !== null;
    const why = error.message.replace(/\.$/, '');
    const message = `The call was lost: ${why}. The script had ${hasStarted ? '' : 'not '}started.`;
    const fault = new CallError('lost', message, { hasStarted });
    const run = lostRun(job, shown, startedAt, message);
    return { run, events, artifacts: new Map(), fault };
  } finally {
    clearTimeout(timer);
  }
}

/** Identity and ownership come from here, whatever the launcher reports. */
function completed(
  run: EndedRun,
  { id, tenant, policy, input, createdAt }: QueuedRun,
  startedAt: string | null,
  waitedMs: number,
): EndedRun {
  const { queueMs, totalMs } = run.timings;
  return {
    ...run,
    id,
    tenant,
    policy,
    labels: input.labels,
    createdAt,
    startedAt,
    queue: { position: 0 },
    timings: {
      ...run.timings,
      queueMs: sumMs(queueMs, waitedMs),
      totalMs: sumMs(totalMs, waitedMs),
    },
  };
}

/** The run of which no launcher has told the end. */
function lostRun(
  { id, tenant, policy, input, limits, createdAt }: QueuedRun,
  shown: Parameters<typeof firstFacts>[1],
  startedAt: string | null,
  message: string,
): EndedRun {
  const nowhere = { file: null, line: null, column: null };
  return {
    ...firstFacts(limits, shown),
    id,
    status: reasons.worker_lost.status,
    reason: 'worker_lost',
    attempt: 1,
    value: null,
    logs: [],
    artifacts: [],
    error: { name: 'Error', message, stack: `Error: ${message}`, ...nowhere },
    policy,
    tenant,
    labels: input.labels,
    queue: { position: 0 },
    createdAt,
    startedAt,
    finishedAt: new Date().toISOString(),
  };
}

/** Rounded to microseconds, the precision of the clocks. */
function sumMs(a: number, b: number): number {
  return Math.round((a + b) * 1_000) / 1_000;
}
