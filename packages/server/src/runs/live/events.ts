import type { StoredEvent } from '../contract/runs.ts';
import type { Reader } from '../record/reader.ts';
import { queuedRunOf } from '../record/rows.ts';
import type { Wakes } from './wakes.ts';

/**
 * Yields every event of a run after `after`: stored ones, then new ones as they are stored; returns
 * after `run.finished`. A subscriber is a place in the store and nothing else, so one that reads
 * slowly costs nobody anything, and one that comes back resumes where it was.
 */
export async function* liveEvents(
  { read, wakes }: { readonly read: Reader; readonly wakes: Wakes },
  id: string,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<StoredEvent, void, undefined> {
  let seen = after;
  if (seen < 1) {
    const row = read.row(null, id);
    if (row === undefined) return;
    yield { type: 'run.queued', seq: 1, json: queuedRunOf(row).json };
    seen = 1;
  }
  while (!signal.aborted) {
    // No event can be stored between these reads and the wait: they are one turn of the event loop.
    const events = read.events(id, seen);
    for (const event of events) {
      yield event;
      seen = event.seq;
      if (signal.aborted) return;
    }
    if (events.length > 0) continue;
    const row = read.row(null, id);
    if (row === undefined) return;
    if (row.finished_at !== null) {
      const last = row.next_seq - 1;
      const run = seen < last ? read.run(null, id) : undefined;
      if (run === undefined) return;
      yield { type: 'run.finished', seq: last, json: run.json };
      return;
    }
    await wakes.news(id, signal);
  }
}
