import type { StoredEvent } from '../contract/runs.ts';
import { queuedRunOf } from '../record/rows.ts';
import type { StoredRuns } from '../store/store.ts';
import type { Wakes } from './wakes.ts';

/**
 * Yields every event of a run after `after`: stored ones, then new ones as they are stored; returns
 * after `run.finished`. A subscriber is a place in the store and nothing else, so one that reads
 * slowly costs nobody anything, and one that comes back resumes where it was.
 */
export async function* liveEvents(
  { store, wakes }: { readonly store: StoredRuns; readonly wakes: Wakes },
  id: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<StoredEvent, void, undefined> {
  // Before anything is read: what is stored after the reading wakes.
  using news = wakes.news(id);
  let seen = after;
  if (seen < 1) {
    const row = await store.row(null, id);
    if (row === undefined) return;
    yield { type: 'run.queued', seq: 1, json: queuedRunOf(row).json };
    seen = 1;
  }
  while (!signal.aborted) {
    const events = await store.events(id, seen);
    for (const event of events) {
      yield event;
      seen = event.seq;
      if (signal.aborted) return;
    }
    if (events.length > 0) continue;
    const row = await store.row(null, id);
    if (row === undefined) return;
    if (row.finished_at !== null) {
      const last = row.next_seq - 1;
      // More may have been stored between the two readings.
      if (seen < last - 1 && (await store.events(id, seen)).length > 0) continue;
      const run = seen < last ? await store.run(null, id) : undefined;
      if (run === undefined) return;
      yield { type: 'run.finished', seq: last, json: run.json };
      return;
    }
    await news.next(signal);
  }
}
