import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DatabaseSync } from 'node:sqlite';
import { playedLaunch } from '../played-launch.support.ts';
import { openSome, readRun, scratchFolder, submission } from '../open.support.ts';
import { serviceTime, systemClock } from '../time/clock.ts';
import { fairQueue } from '../queue/fair-queue.ts';
import { positions } from '../queue/position.ts';
import { reader } from '../record/reader.ts';
import { contradictions } from '../retention/reconcile.ts';
import { openStore } from '../store/open.ts';
import { ender } from './endings.ts';
import { ledger } from './ledger.ts';
import { recovery } from './recover.ts';

/** A store in which each run is leased, as a killed process leaves it. */
async function killed(folder: string, ...runs: Parameters<typeof submission>[0][]) {
  {
    const { launch } = playedLaunch();
    await using service = await openSome({ folder, launch, capacity: 0 });
    for (const run of runs) await service.submit(submission(run));
  }
  const database: DatabaseSync = openStore(folder);
  const queue = fairQueue(database);
  const book = ledger(database);
  const read = reader(database, positions(database), () => null);
  const end = ender({ read, ledger: book, time: serviceTime(systemClock, undefined) });
  const leased = runs.map(() => book.lease(queue.take()?.run ?? ''));
  const mend = recovery({ database, queue, ledger: book, ender: end });
  const states = () =>
    leased.map(({ id }) => {
      const run = readRun(read.run(null, id));
      return `${run?.status} ${run?.attempt}`;
    });
  return { database, book, leased, mend, states, [Symbol.dispose]: () => database.close() };
}

test('all counts a lease of which nothing was heard as a start', async () => {
  await using folder = await scratchFolder();
  using store = await killed(folder.path, { maxAttempts: 1 }, { maxAttempts: 2 });
  assert.deepEqual(store.mend.all(), { requeued: 1, ended: 1 });
  assert.deepEqual(store.states(), ['error 1', 'queued 1']);
  assert.deepEqual(contradictions(store.database), []);
});

test('all counts a lease that is known to have started once only', async () => {
  await using folder = await scratchFolder();
  using store = await killed(folder.path, { maxAttempts: 2 });
  const [row] = store.leased;
  store.book.started({ id: row?.id ?? '', lease: row?.lease ?? 0 }, '2026-01-01T00:00:00.000Z');
  assert.deepEqual(store.mend.all(), { requeued: 1, ended: 0 });
  assert.deepEqual(store.states(), ['queued 1']);
});

test('all ends what was cancelled as cancelled', async () => {
  await using folder = await scratchFolder();
  using store = await killed(folder.path, { maxAttempts: 3 });
  store.book.cancel(store.leased[0]?.id ?? '');
  assert.deepEqual(store.mend.all(), { requeued: 0, ended: 1 });
  assert.deepEqual(store.states(), ['cancelled 1']);
  assert.deepEqual(contradictions(store.database), []);
});

test('strays mends what nobody has held for two looks, and nothing else', async () => {
  await using folder = await scratchFolder();
  using store = await killed(folder.path, { maxAttempts: 2 }, { maxAttempts: 2 });
  const [held] = store.leased;
  const isHeld = (id: string): boolean => id === held?.id;
  assert.deepEqual(store.mend.strays(isHeld), { requeued: 0, ended: 0 });
  assert.deepEqual(store.mend.strays(isHeld), { requeued: 1, ended: 0 });
  assert.deepEqual(store.states(), ['running 1', 'queued 1']);
  assert.deepEqual(contradictions(store.database), []);
});

test('a run that was fenced takes no write of its old lease', async () => {
  await using folder = await scratchFolder();
  using store = await killed(folder.path, { maxAttempts: 2 });
  const [row] = store.leased;
  const fence = { id: row?.id ?? '', lease: row?.lease ?? 0 };
  store.mend.all();
  const stale = { name: 'StaleWriteError' };
  assert.throws(() => store.book.started(fence, ''), stale);
  assert.throws(() => store.book.events(fence, 2, '[]'), stale);
  assert.throws(() => store.book.requeue(fence, { attempt: 1, deaths: 0 }), stale);
  assert.throws(() => store.book.renew(fence), stale);
  assert.equal(store.book.staleWrites, 4);
});
