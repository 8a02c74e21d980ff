import type { EndedCall } from '../contract/runs.ts';
import { mostLogLines } from '../record/endings.ts';
import { eventLine, type RecordedEvent } from '../record/event-lines.ts';
import type { Change, Unqueued } from '../store/store.ts';
import { batchOf } from './recorder.ts';

/** A call that has ended, as the store takes it. Bytes of its artifacts, and so their events, are not kept. */
export function unqueued({ submission, run, events }: EndedCall, nowMs: number): Unqueued {
  const kept = events.filter((event) => event.type !== 'artifact') as readonly RecordedEvent[];
  const items = kept.map((event) => ({
    seq: event.seq,
    line: eventLine(event),
    change: changeOf(event),
  }));
  const isCut = run.truncated.logs || run.logs.length > mostLogLines;
  const bare = {
    ...run,
    logs: [],
    artifacts: [],
    truncated: { ...run.truncated, logs: isCut },
  };
  const lastSeq = events.at(-1)?.seq ?? 1;
  return {
    submission,
    run: bare,
    queuedMs: nowMs - run.timings.totalMs,
    batch: batchOf(items),
    ending: { run: bare, endedMs: nowMs, nextSeq: lastSeq + 2 },
  };
}

function changeOf(event: RecordedEvent): Change | undefined {
  if (event.type === 'run.started') return { type: 'started', at: event.time };
  if (event.type !== 'network') return undefined;
  return { type: 'network', seq: event.seq, body: JSON.stringify(event.request) };
}
