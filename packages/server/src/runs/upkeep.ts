import type { DatabaseSync } from 'node:sqlite';
import type { EndedRun } from './contract/launch.ts';
import type { ExecuteParts } from './execute/active-run.ts';
import type { Recovered } from './execute/recover.ts';
import { contradictions, sweepFiles } from './retention/reconcile.ts';
import type { Swept } from './retention/retention.ts';
import { keepReading } from './time/clock-row.ts';
import { isStorageFault } from './store/faults.ts';

export interface UpkeepParts extends ExecuteParts {
  readonly database: DatabaseSync;
  readonly sweep: () => Promise<Swept>;
  /** Ends a batch of runs that have waited too long. Inside a write. */
  readonly expire: () => EndedRun[];
  /** Recovers orphaned runs. Inside a write. */
  readonly strays: () => Recovered;
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
  const { database, commits, time, log, folder, sweep } = parts;
  const keep = keepReading(database);
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
      doing('keeping the time', () => commits.write(() => keep(time.read()), always));
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
    const recovered = await commits.write(parts.strays);
    if (recovered.requeued + recovered.ended === 0) return;
    log.error(recovered, 'recovered orphaned runs');
    parts.poke();
  };
  const sweepAll = async (): Promise<void> => {
    const files = await sweepFiles(database, folder);
    const found = isAlive ? contradictions(database) : [];
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
      commits.write(() => keep(time.read())).catch(() => undefined);
    },
  };
}

const always = (): boolean => true;

async function expireAll({
  queue,
  time,
  commits,
  expire,
  notifyEnded,
}: UpkeepParts): Promise<void> {
  while (queue.expired(time.nowMs(), 1).length > 0) {
    for (const run of await commits.write(expire)) notifyEnded(run);
  }
}
