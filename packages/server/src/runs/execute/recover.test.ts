import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRun, scratchFolder, submission } from '../open.support.ts';
import { batch } from '../store/conformance.support.ts';
import { StaleWriteError } from '../store/store.ts';
import { subjects } from '../store/subjects.support.ts';
import { recovery } from './recover.ts';

for (const subject of subjects) {
  /** A store in which each run is leased: by a process that is gone, or by this one. */
  const leasedBy = async (who: 'another' | 'this', ...runs: Parameters<typeof submission>[0][]) => {
    await using stack = new AsyncDisposableStack();
    const folder = stack.use(await scratchFolder());
    const records = await subject.make(folder.path);
    const before = await records.open();
    for (const run of runs) await before.submit(submission(run));
    const { leased } = await before.take(() => runs.length);
    if (who === 'another') await before[Symbol.asyncDispose]();
    const store = stack.use(who === 'this' ? before : await records.open());
    const states = () =>
      Promise.all(
        leased.map(async ({ row }) => {
          const run = readRun(await store.run(null, row.id));
          return `${run?.status} ${run?.attempt}`;
        }),
      );
    const held = stack.move();
    const ended: string[] = [];
    const mend = recovery(store, ({ id }) => void ended.push(id));
    return { store, leased, mend, ended, states, [Symbol.asyncDispose]: () => held.disposeAsync() };
  };
  const killed = (...runs: Parameters<typeof submission>[0][]) => leasedBy('another', ...runs);

  test(`${subject.name}: orphans counts a lease of which nothing was heard as a start`, async () => {
    await using left = await killed({ maxAttempts: 1 }, { maxAttempts: 2 });
    assert.deepEqual(await left.mend.orphans(), { requeued: 1, ended: 1 });
    assert.deepEqual(await left.states(), ['error 1', 'queued 1']);
    assert.deepEqual(left.ended, [left.leased[0]?.row.id]);
    assert.deepEqual(await left.store.contradictions(), []);
  });

  test(`${subject.name}: orphans counts a lease that is known to have started once only`, async () => {
    await using left = await killed({ maxAttempts: 2 });
    const row = left.leased[0]?.row ?? assert.fail();
    const at = row.created_at;
    await left.store.append(row, batch(2, { changes: [{ type: 'started', at }] }));
    assert.deepEqual(await left.mend.orphans(), { requeued: 1, ended: 0 });
    assert.deepEqual(await left.states(), ['queued 1']);
  });

  test(`${subject.name}: orphans ends what was cancelled as cancelled`, async () => {
    await using left = await killed({ maxAttempts: 3 });
    await left.store.cancel(null, left.leased[0]?.row.id ?? '');
    assert.deepEqual(await left.mend.orphans(), { requeued: 0, ended: 1 });
    assert.deepEqual(await left.states(), ['cancelled 1']);
    assert.deepEqual(await left.store.contradictions(), []);
  });

  test(`${subject.name}: strays mends what nobody has held for two looks, and nothing else`, async () => {
    await using left = await leasedBy('this', { maxAttempts: 2 }, { maxAttempts: 2 });
    assert.deepEqual(await left.mend.orphans(), { requeued: 0, ended: 0 });
    const isHeld = (id: string): boolean => id === left.leased[0]?.row.id;
    assert.deepEqual(await left.mend.strays(isHeld), { requeued: 0, ended: 0 });
    assert.deepEqual(await left.mend.strays(isHeld), { requeued: 1, ended: 0 });
    assert.deepEqual(await left.states(), ['running 1', 'queued 1']);
    assert.deepEqual(await left.store.contradictions(), []);
  });

  test(`${subject.name}: a run that was recovered takes no write of its old lease`, async () => {
    await using left = await killed({ maxAttempts: 2 });
    const row = left.leased[0]?.row ?? assert.fail();
    await left.mend.orphans();
    await assert.rejects(left.store.append(row, batch(2)), StaleWriteError);
    await assert.rejects(left.store.renew(row), StaleWriteError);
  });
}
