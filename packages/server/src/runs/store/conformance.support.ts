import assert from 'node:assert/strict';
import type { EndedRun } from '../contract/launch.ts';
import { scratchFolder, submission } from '../open.support.ts';
import { endedByUs } from '../record/endings.ts';
import { chunkOf, eventLine } from '../record/event-lines.ts';
import type { Batch, Ending, Leased, Store } from './store.ts';
import type { Settings, Subject } from './subjects.support.ts';

/** A clock that goes when it is told to. */
export function heldClock(): { clock: NonNullable<Settings['clock']>; pass(ms: number): void } {
  let ms = 0;
  const start = Date.UTC(2026, 0, 1);
  return {
    clock: { wall: () => start + ms, monotonic: () => ms },
    pass: (more) => void (ms += more),
  };
}

export async function takeOne(store: Store): Promise<Leased> {
  const { leased } = await store.take(() => 1);
  return leased[0] ?? assert.fail('nothing was taken');
}

export const ending = (
  store: Store,
  { row, slot }: Leased,
  given: Partial<EndedRun> = {},
): Ending => ({
  run: {
    ...endedByUs(
      row,
      { reason: 'cancelled', message: '' },
      { attempt: 1, startedAt: row.started_at ?? row.created_at },
      store.time,
    ),
    status: 'succeeded',
    reason: null,
    error: null,
    ...given,
  },
  endedMs: store.time.nowMs(),
  nextSeq: row.next_seq + 1,
  freed: { ...slot, tookMs: 10 },
});

export const artifact = (name: string, digit: number, sizeBytes = 100) =>
  ({
    type: 'artifact',
    artifact: {
      id: `art_${String(digit).padStart(32, '0')}`,
      name,
      sizeBytes,
      storedMs: 0,
      body: JSON.stringify({ name, digit }),
    },
  }) as const;

export const log = (seq: number, text: string): string =>
  eventLine({ type: 'log', seq, time: '2026', stream: 'stdout', level: 'info', text });

export const batch =
  (seq: number, more: Partial<Batch> = {}) =>
  (): Batch => ({
    chunks: [{ lastSeq: seq, body: chunkOf([log(seq, `line ${seq}`)]) }],
    changes: [],
    ...more,
  });

export interface Opened extends AsyncDisposable {
  readonly store: Store;
}

export async function open(subject: Subject, settings?: Settings): Promise<Opened> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await scratchFolder());
  const records = await subject.make(folder.path);
  const store = stack.use(await records.open(settings));
  const held = stack.move();
  return { store, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** Runs that have ended, each with an event, an artifact of 100 bytes and a label. */
export async function endedRuns(
  store: Store,
  count: number,
  pass: () => void,
  text = 'x',
): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    await store.submit(submission({ input: { labels: { kind: 'old' } } }));
    const leased = await takeOne(store);
    ids.push(leased.row.id);
    const known = artifact('a', n).artifact;
    await store.append(leased.row, () => ({
      chunks: [{ lastSeq: 2, body: chunkOf([log(2, text)]) }],
      changes: [{ type: 'artifact', artifact: { ...known, storedMs: store.time.nowMs() } }],
      ending: { ...ending(store, leased), nextSeq: 4 },
    }));
    pass();
  }
  return ids;
}
