import type { EndedRun } from './contract/launch.ts';
import type { ExecuteParts } from './execute/active-run.ts';
import type { Recovered } from './execute/recover.ts';
import { sweepFiles } from './retention/reconcile.ts';
import type { Swept } from './retention/retention.ts';
import { isStorageFault } from '../storage/fault.ts';

export interface UpkeepParts extends ExecuteParts {
  readonly sweep: () => Promise<Swept>;
  /** Recovers runs of processes that are gone. */
  readonly orphans: () => Promise<Recovered>;
  /** Recovers runs of this process that an internal error lost. */
  readonly strays: () => Promise<Recovered>;
  /** Ids of the workers that ask here. */
  readonly workers: () => readonly string[];
  /** Kills a run that is active in this process. */
  readonly cancel: (id: string) => void;
  /** Called when there may be a run to lease. */
  readonly poke: () => void;
  /** Notifies everybody who waits for the run's end. */
  readonly notifyEnded: (run: EndedRun) => void;
}

const everyMs = { moment: 250, second: 1_000, minute: 60_000, hour: 3_600_000 } as const;

export interface Upkeep extends AsyncDisposable {
  /** Kills the runs of this process that another has cancelled, now rather than within a second. */
  lookForCancelled(): void;
}

/**
 * Periodic maintenance. The first round runs at once and finds what the last process left behind.
 * Disposing of it waits for work in progress.
 */
export function startUpkeep(parts: UpkeepParts): Upkeep {
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
      doing('keeping the time', lookAround);
    }, everyMs.second),
    setInterval(() => doing('expiring', () => expireAll(parts)), everyMs.moment),
    setInterval(() => {
      doing('retention', sweepOld);
      doing('mending', () => mend(parts.strays, 'recovered orphaned runs'));
    }, everyMs.minute),
    setInterval(() => doing('sweeping files', sweepAll), everyMs.hour),
  ];
  for (const timer of timers) timer.unref();

  const mend = async (recover: () => Promise<Recovered>, what: string): Promise<void> => {
    const recovered = await recover();
    if (recovered.requeued + recovered.ended === 0) return;
    log.error(recovered, what);
    parts.poke();
  };
  /** What other processes may have done or left, whether or not news of it has come. */
  const lookAround = async (): Promise<void> => {
    await store.keepTime();
    await mend(parts.orphans, 'recovered runs of a process that is gone');
    await killCancelled();
    if ((await store.waiting()) > 0) parts.poke();
  };
  const killCancelled = async (): Promise<void> => {
    for (const id of await store.cancelled(parts.workers())) parts.cancel(id);
  };
  const sweepOld = async (): Promise<void> => {
    if (await store.isSweeper()) await sweep();
  };
  const sweepAll = async (): Promise<void> => {
    if (!(await store.isSweeper())) return;
    const files = await sweepFiles(store, artifacts);
    const found = isAlive ? await store.contradictions() : [];
    if (files > 0) log.warn({ files }, 'removed orphaned files');
    if (found.length > 0) log.error({ found }, 'the store contradicts itself');
  };
  doing('sweeping files', sweepAll);
  doing('retention', sweepOld);

  return {
    lookForCancelled: () => {
      if (isAlive) doing('cancelling', killCancelled);
    },
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
