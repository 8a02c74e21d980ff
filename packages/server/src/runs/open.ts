import { join } from 'node:path';
import { artifactFolder } from './artifacts/folder.ts';
import { startInspector } from './artifacts/inspect.ts';
import { type Clock, serviceTime, systemClock } from './time/clock.ts';
import { ender } from './execute/endings.ts';
import { dispatcher } from './execute/dispatcher.ts';
import type { ExecuteParts } from './execute/active-run.ts';
import { expirer } from './execute/expire.ts';
import { leases } from './execute/leases.ts';
import { ledger } from './execute/ledger.ts';
import { recovery } from './execute/recover.ts';
import type { EndedRun, Launch } from './contract/launch.ts';
import { wakes } from './live/wakes.ts';
import type { Log } from './contract/log.ts';
import { fairQueue } from './queue/fair-queue.ts';
import { positions } from './queue/position.ts';
import { reader } from './record/reader.ts';
import { retention, type Retention } from './retention/retention.ts';
import { liveRuns } from './live-runs.ts';
import type { Runs } from './contract/runs.ts';
import { groupCommits } from './store/commits.ts';
import { lastReading } from './time/clock-row.ts';
import { openStore } from './store/open.ts';
import { submitter } from './submit/submit.ts';
import { startUpkeep } from './upkeep.ts';
import { countEnd, counters } from './tally.ts';

export interface RunsOptions {
  /** The data folder, with `castellan.sqlite` and `artifacts/`. */
  readonly folder: string;
  readonly launch: Launch;
  /** Runs executed at a time. */
  readonly capacity: number;
  /** Runs that may wait in the queue, of all tenants together. */
  readonly queueLimit: number;
  readonly retention: Retention;
  readonly log: Log;
  /** Called once for each run that ends while this process lives. */
  readonly onEnded?: (run: EndedRun) => void;
  readonly clock?: Clock;
  /** How long a launcher may be silent, in milliseconds. Default 15,000. */
  readonly leaseMs?: number;
}

/**
 * Opens the data folder for this process alone, and recovers runs of a process that died. Throws
 * `FolderInUseError` and `StoreTooNewError`.
 */
export async function openRuns(options: RunsOptions): Promise<Runs> {
  const { launch, log, capacity, onEnded } = options;
  await using opened = new AsyncDisposableStack();
  const database = openStore(options.folder);
  opened.defer(() => database.close());
  const commits = opened.use(groupCommits(database));
  const time = serviceTime(options.clock ?? systemClock, lastReading(database));
  const folder = await artifactFolder(join(options.folder, 'artifacts'));
  const inspector = opened.use(startInspector());
  const queue = fairQueue(database);
  const estimateMs = (position: number): number | null =>
    queue.meanMs === undefined ? null : Math.ceil((queue.meanMs * (position + 1)) / capacity);
  const places = positions(database);
  const read = reader(database, places, estimateMs);
  const book = ledger(database);
  const end = ender({ read, ledger: book, time });
  const held = opened.use(leases(options.leaseMs));
  const news = wakes();
  const count = counters();
  const parts: ExecuteParts = {
    launch,
    commits,
    ledger: book,
    time,
    folder,
    inspect: inspector.inspect,
    queue,
    read,
    leases: held,
    ender: end,
    wakes: news,
    log,
    onEnded: (run) => {
      countEnd(count, run);
      news.end(run.id);
      onEnded?.(run);
    },
    onRetried: () => void count.retried++,
  };
  const mend = recovery({ database, queue, ledger: book, ender: end });
  const recovered = await commits.write(() => mend.all());
  if (recovered.requeued + recovered.ended > 0)
    log.warn(recovered, 'recovered runs of a dead process');
  const notifyEnded = (run: EndedRun): void => {
    parts.onEnded(run);
    news.wake(run.id);
  };
  const expire = expirer({ ...parts, database });
  const dispatch = dispatcher({ ...parts, database, expire, notifyEnded }, capacity);
  const sweep = retention({ database, commits, folder, time }, options.retention);
  const upkeep = startUpkeep({
    ...parts,
    database,
    sweep,
    expire,
    notifyEnded,
    strays: () => mend.strays((id) => dispatch.holds(id)),
    poke: () => dispatch.poke(),
  });
  const submit = submitter({
    database,
    queue,
    positions: places,
    read,
    time,
    estimateMs,
    queueLimit: options.queueLimit,
  });
  dispatch.poke();
  return liveRuns({
    ...parts,
    count,
    capacity,
    dispatch,
    submit,
    upkeep,
    notifyEnded,
    queueLimit: options.queueLimit,
    held: opened.move(),
  });
}
