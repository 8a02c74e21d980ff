import { join } from 'node:path';
import type { OpenArtifacts } from './artifacts/artifacts.ts';
import { artifactFolder } from './artifacts/folder.ts';
import { startInspector } from './artifacts/inspect.ts';
import type { EndedRun, Launch } from './contract/launch.ts';
import type { Log } from './contract/log.ts';
import type { Runs } from './contract/runs.ts';
import type { ExecuteParts } from './execute/active-run.ts';
import { dispatcher } from './execute/dispatcher.ts';
import { leases, usualLeaseMs } from './execute/leases.ts';
import { recovery } from './execute/recover.ts';
import { liveRuns } from './live-runs.ts';
import { wakes } from './live/wakes.ts';
import { retention, type Retention } from './retention/retention.ts';
import type { News } from './store/postgres/news.ts';
import { openStore } from './open-store.ts';
import { countEnd, counters } from './tally.ts';
import { workers } from './work/workers.ts';
import { type Clock, systemClock } from './time/clock.ts';
import { startUpkeep } from './upkeep.ts';

export interface RunsOptions {
  /** The data folder, with `artifacts/` and, without a `storeUrl`, `castellan.sqlite`. */
  readonly folder: string;
  /** A PostgreSQL database in place of the file, as `postgres://…`. */
  readonly storeUrl?: string | null;
  readonly launch: Launch;
  /** What its launcher has, of what runs may need; null: everything. Asked for each time. */
  readonly has?: () => readonly string[] | null;
  /** Runs executed at a time by the launcher of this process. */
  readonly capacity: number;
  /** Runs that may wait in the queue, of all tenants together. */
  readonly queueLimit: number;
  readonly retention: Retention;
  /** How artifacts are kept. Default: where launchers write them. */
  readonly openArtifacts?: OpenArtifacts;
  readonly log: Log;
  /** Called once for each run that ends while this process lives. */
  readonly onEnded?: (run: EndedRun) => void;
  readonly clock?: Clock;
  /** How long a launcher may be silent, in milliseconds. Default 15,000. */
  readonly leaseMs?: number;
}

/**
 * Opens the data folder for this process alone, or a database beside other services, and recovers runs
 * of processes that died. Throws `FolderInUseError` and `StoreTooNewError`.
 */
export async function openRuns(options: RunsOptions): Promise<Runs> {
  const { launch, log, capacity, queueLimit, onEnded } = options;
  await using opened = new AsyncDisposableStack();
  const news = wakes();
  let onNews = (_heard: News): void => undefined;
  const store = opened.use(
    await openStore({
      folder: options.folder,
      url: options.storeUrl ?? null,
      clock: options.clock ?? systemClock,
      queueLimit,
      capacity,
      leaseMs: options.leaseMs ?? usualLeaseMs,
      onNews: (heard) => {
        for (const id of heard.runs ?? []) {
          news.wake(id);
          news.end(id);
        }
        if (heard.runs === undefined) news.all();
        onNews(heard);
      },
    }),
  );
  const { openArtifacts = artifactFolder } = options;
  const artifacts = await openArtifacts(join(options.folder, 'artifacts'), log);
  const inspector = opened.use(startInspector());
  const held = opened.use(leases(options.leaseMs));
  const count = counters();
  const parts: ExecuteParts = {
    launch,
    store,
    artifacts,
    inspect: inspector.inspect,
    leases: held,
    wakes: news,
    log,
    onEnded: (run) => {
      countEnd(count, run);
      news.end(run.id);
      onEnded?.(run);
    },
    onRetried: () => void count.retried++,
  };
  const notifyEnded = (run: EndedRun): void => {
    parts.onEnded(run);
    news.wake(run.id);
  };
  const mend = recovery(store, notifyEnded);
  const recovered = await mend.orphans();
  if (recovered.requeued + recovered.ended > 0)
    log.warn(recovered, 'recovered runs of a dead process');
  const { has = () => null } = options;
  const dispatch = dispatcher({ ...parts, has, notifyEnded }, capacity);
  const work = workers({ ...parts, notifyEnded });
  const poke = (): void => {
    dispatch.poke();
    work.poke();
  };
  const upkeep = startUpkeep({
    ...parts,
    sweep: retention(store, artifacts, options.retention),
    notifyEnded,
    orphans: () => mend.orphans(),
    strays: () => mend.strays((id) => dispatch.holds(id)),
    workers: () => work.present,
    cancel: (id) => void (dispatch.cancel(id) || work.cancel(id)),
    poke,
  });
  onNews = ({ runs, areWaiting }) => {
    if (areWaiting) poke();
    // Nobody else writes to a run that is held here, but to cancel it.
    if (runs === undefined || runs.some((id) => dispatch.holds(id) || work.hears(id)))
      upkeep.lookForCancelled();
  };
  dispatch.poke();
  return liveRuns({
    ...parts,
    count,
    capacity,
    dispatch,
    work,
    poke,
    upkeep,
    notifyEnded,
    queueLimit,
    held: opened.move(),
  });
}
