import type { EndedRun } from '../contract/launch.ts';
import { endedByUs } from '../record/endings.ts';
import type { RunRow } from '../record/rows.ts';
import { StaleWriteError, type Store } from '../store/store.ts';
import { verdict } from './verdict.ts';

/** How many runs were recovered, and how. */
export interface Recovered {
  readonly requeued: number;
  readonly ended: number;
}

/** Recovers runs that are marked as running but that no launcher executes. */
export interface Recovery {
  /**
   * Takes over from processes that have died: all their launchers died with them. Every start does
   * this, and beside other processes every second; there is no separate recovery. Two that do it at
   * once do it once.
   */
  orphans(): Promise<Recovered>;
  /** Recovers runs of this process that nobody held at the last call either: an internal error lost them. */
  strays(isHeld: (id: string) => boolean): Promise<Recovered>;
}

/** `onEnded` hears of each run that is ended. */
export function recovery(
  store: Store,
  onEnded: (run: EndedRun) => void = () => undefined,
): Recovery {
  let suspects = new Map<string, number>();
  /** One transition for each, all in one commit. Who ended meanwhile needs no recovery. */
  const mend = async (rows: readonly RunRow[]): Promise<Recovered> => {
    const mended = await Promise.all(rows.map((row) => mendOne(store, row)));
    const ended = mended.filter((each) => typeof each === 'object');
    for (const run of ended) onEnded(run);
    return {
      requeued: mended.filter((each) => each === 'requeued').length,
      ended: ended.length,
    };
  };
  return {
    orphans: async () => mend(await store.orphans()),
    strays: async (isHeld) => {
      const rows = (await store.running()).filter(({ id }) => !isHeld(id));
      const strays = rows.filter(({ id, lease }) => suspects.get(id) === lease);
      suspects = new Map(rows.map(({ id, lease }) => [id, lease]));
      return mend(strays);
    },
  };
}

/**
 * A lease without any event is counted as started: user code must not start more often than
 * allowed.
 */
async function mendOne(store: Store, row: RunRow): Promise<EndedRun | 'requeued' | undefined> {
  const fence = { id: row.id, lease: row.lease };
  const attempt = row.attempt + (row.is_started === 1 ? 0 : 1);
  const counted = {
    attempt,
    maxAttempts: row.max_attempts,
    deaths: row.deaths,
    failedBoxes: 0,
    maySoon: false,
  };
  const judged = verdict(
    { ...counted, isStarted: true, isCancelled: row.is_cancelled === 1 },
    { kind: 'lost', message: 'The server died while it held the run' },
  );
  const freed = { tenant: row.tenant, chargedMs: 0, tookMs: null };
  try {
    if (judged.next === 'requeue') {
      await store.requeue(fence, { attempt, deaths: judged.deaths, lane: row.lane, freed });
      return 'requeued';
    }
    if (judged.next !== 'end') return undefined;
    const started = { attempt, startedAt: row.started_at };
    const run = endedByUs(row, judged, started, store.time);
    const endedMs = store.time.nowMs();
    await store.end(fence, { run, endedMs, nextSeq: row.next_seq + 1, freed });
    return run;
  } catch (error) {
    if (error instanceof StaleWriteError) return undefined;
    throw error;
  }
}
