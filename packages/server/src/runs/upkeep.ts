import type { EndedRun } from './contract/launch.ts';
import type { ExecuteParts } from './execute/active-run.ts';
import type { Recovered } from './execute/recover.ts';
import { sweepFiles } from './retention/reconcile.ts';
import type { Swept } from './retention/retention.ts';
import { isStorageFault } from '../storage/fault.ts';

export interface UpkeepParts extends ExecuteParts {
  readonly sweep: () => Promise<Swept>;
  /** Recovers orphaned runs. */
  readonly strays: () => Promise<Recovered>;
  /** Called when there may be a run to lease. */
  readonly poke: () => void;
  /** Notifies everybody who waits for the run's end. */
  readonly notifyEnded: (run: EndedRun) => void;
}

const everyMs = { moment: 250, second: 1_000, minute: 60_000, hour: 3_600_000 } as const;

/**
 * Periodic maintenance. The first round runs at once and finds what the last process left behind.
 * Disposing of it waits for work in progress.
 */
export function startUpkeep(parts: UpkeepParts): AsyncDisposable {
  const { store, log, artifacts, sweep } = parts;
  const pending = new Set<Promise<unknown>>();

  const doing = (what: string, work: () => Promise<unknown>): void => {
    const done = work().catch((error: unknown) => {
      if (!isStorageFault(error)) log.error({ err: error }, `${what} failed`);
    });
    pending.add(done);
    void done.finally(() => pending.delete(done));
  };
  let isAlive = true;
  const timers = [
    setInterval(() => {
      // While the disk is full, this write detects that it has space again.
      doing('keeping the time', () => store.keepTime());
    }, everyMs.second),
    setInterval(() => doing('expiring', () => expireAll(parts)), everyMs.moment),
    setInterval(() => {
      doing('retention', sweep);
      doing('mending', mendStrays);
    }, everyMs.minute),
    setInterval(() => doing('sweeping files', sweepAll), everyMs.hour),
  ];
  for (const timer of timers) timer.unref();

  const mendStrays = async (): Promise<void> => {
    const recovered = await parts.strays();
    if (recovered.requeued + recovered.ended === 0) return;
    log.error(recovered, 'recovered orphaned runs');
    parts.poke();
  };
  const sweepAll = async (): Promise<void> => {
    const files = await sweepFiles(store, artifacts);
    const found = isAlive ? await store.contradictions() : [];
    if (files > 0) log.warn({ files }, 'removed orphaned files');
    if (found.length > 0) log.error({ found }, 'the store contradicts itself');
  };
  doing('sweeping files', sweepAll);
  doing('retention', sweep);

  return {
    [Symbol.asyncDispose]: async () => {
      isAlive = false;
      for (const timer of timers) clearInterval(timer);
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

async function expireAll({ store, notifyEnded }: UpkeepParts): Promise<void> {
  for (;;) {
    const expired = await store.expire();
    if (expired.length === 0) return;
    for (const run of expired) notifyEnded(run);
  }
}
