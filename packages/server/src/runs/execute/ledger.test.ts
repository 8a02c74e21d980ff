import type { Run } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playedLaunch } from '../played-launch.support.ts';
import { openSome, readRun, scratchFolder, submission } from '../open.support.ts';
import { positions } from '../queue/position.ts';
import { reader } from '../record/reader.ts';
import { openStore } from '../store/open.ts';
import { type Fence, type Ledger, ledger, StaleWriteError } from './ledger.ts';

/** Each write that a launcher can ask for. */
function writes(book: Ledger, fence: Fence): Readonly<Record<string, () => unknown>> {
  const artifact = { id: 'art_1', name: 'a', sizeBytes: 1, storedMs: 0, body: '{}' };
  return {
    renew: () => book.renew(fence),
    started: () => book.started(fence, '2026-01-01T00:00:00.000Z'),
    events: () => book.events(fence, 9, '[]'),
    artifact: () => book.artifact(fence, artifact),
    requeue: () => book.requeue(fence, { attempt: 1, deaths: 0 }),
  };
}

test('ledger refuses every write under a token that is void, and under one of a run that has ended', async () => {
  await using folder = await scratchFolder();
  {
    await using runs = await openSome({
      folder: folder.path,
      launch: playedLaunch().launch,
      capacity: 0,
    });
    await runs.submit(submission());
  }
  const database = openStore(folder.path);
  try {
    const read = reader(database, positions(database), () => null);
    const book = ledger(database);
    const [{ id } = { id: '' }] = database.prepare('SELECT id FROM runs').all() as { id: string }[];
    const first: Fence = { id, lease: book.lease(id).lease };
    const second: Fence = { id, lease: book.renew(first).lease };
    const found = readRun(read.run(null, id)) ?? assert.fail('no run');
    const run: Run = { ...found, status: 'succeeded', finishedAt: '2026-01-01T00:00:01.000Z' };
    const end = (fence: Fence) => (): void =>
      book.end(fence, { run, reason: null, endedMs: 1, nextSeq: 3 });
    const before = read.row(null, id);

    const late = { ...writes(book, first), end: end(first) };
    for (const [name, write] of Object.entries(late)) assert.throws(write, StaleWriteError, name);
    assert.deepEqual(read.row(null, id), before);

    end(second)();
    const third: Fence = { id, lease: second.lease + 1 };
    const ended = { ...writes(book, third), end: end(third) };
    for (const [name, write] of Object.entries(ended)) assert.throws(write, StaleWriteError, name);
    assert.equal(book.staleWrites, 12);
  } finally {
    database.close();
  }
});
