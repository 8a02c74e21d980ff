import type { Artifact } from '@castellan/protocol';
import { createSandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contractFor } from './contract.support.ts';

const sandbox = contractFor('isolate').sandboxForFile({
  modules: ['node:url'],
  floor: ['userns', 'netns', 'seccomp'],
});

const books = {
  id: `run_${'0'.repeat(31)}1`,
  attempt: 2,
  firstSeq: 41,
  createdAt: new Date(1_000),
  policy: 'playground',
};

test('run takes over what the books of its caller say of it', async () => {
  const handle = sandbox().run('console.log(1); return 2', { books });
  const seqs: number[] = [];
  for await (const { seq } of handle) seqs.push(seq);
  assert.deepEqual(seqs, [41, 42, 43]);
  const { id, attempt, createdAt, policy, logs } = await handle;
  assert.deepEqual(
    { id, attempt, createdAt, policy, firstSeq: (logs[0]?.seq ?? 0) - 1 },
    { ...books, createdAt: '1970-01-01T00:00:01.000Z' },
  );
});

for (const [name, value] of [
  ['id', 'run_../../etc/passwd'],
  ['attempt', 0],
  ['firstSeq', 1.5],
  ['createdAt', new Date(Number.NaN)],
  ['tenant', 'a'],
] as const) {
  test(`run refuses books whose ${name} is ${String(value)}`, () => {
    assert.throws(
      () => sandbox().run('1', { books: { [name]: value } }),
      (error: Error) => error.message.includes(name),
    );
  });
}

test('run refuses modules that the sandbox does not allow', () => {
  assert.throws(() => sandbox().run('1', { modules: ['node:fs'] }), /can only narrow.*"node:fs"/);
});

test('keep gets the bytes of each artifact before anybody hears of it', async () => {
  const kept = new Map<string, Buffer>();
  const keep = async ({ id }: Artifact, bytes: Uint8Array): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    kept.set(id, Buffer.from(bytes));
  };
  const handle = sandbox().run(
    "await artifacts.write('a', 'one'); await artifacts.write('a', 'two'); artifacts.write('b', 'three')",
    { books: { keep } },
  );
  for await (const event of handle) {
    if (event.type === 'artifact') assert.ok(kept.has(event.artifact.id));
  }
  const { artifacts } = await handle;
  const texts = artifacts.map(({ id, name }) => [name, kept.get(id)?.toString()]);
  assert.deepEqual(texts, [
    ['a', 'two'],
    ['b', 'three'],
  ]);
  assert.equal(handle.artifact('a'), undefined);
});

test('a run whose artifact could not be kept is our fault, also when it went well otherwise', async () => {
  const keep = async (): Promise<void> => {
    throw Object.assign(new Error('no space on /secret/place'), { code: 'ENOSPC' });
  };
  const run = await sandbox().run("artifacts.write('a', 'one'); return 1", { books: { keep } });
  assert.deepEqual([run.status, run.reason, run.artifacts], ['error', 'box_failed', []]);
  assert.equal(run.error?.message, 'An artifact could not be stored (ENOSPC)');
});

test('a box writes no faster than keep takes', async () => {
  let heard = 0;
  let heardWhileStuck = 0;
  const keep = async (): Promise<void> => {
    if (heardWhileStuck > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
    heardWhileStuck = heard;
  };
  const handle = sandbox().run(
    `const bytes = new Uint8Array(4 * 2 ** 20);
     for (let i = 0; i < 12; i++) { artifacts.write('same', bytes); progress(i / 12); }`,
    { books: { keep } },
  );
  for await (const event of handle) if (event.type === 'progress') heard++;
  assert.equal((await handle).reason, null);
  // Five of them are more than may wait; what had been read by then is still cut into frames.
  assert.ok(heardWhileStuck <= 6, `${heardWhileStuck} of ${heard}`);
  assert.equal(heard, 12);
});

test('the script does not start before begin has resolved', async () => {
  const order: string[] = [];
  const begun = Promise.withResolvers<void>();
  const begin = async (): Promise<void> => {
    await begun.promise;
    order.push('begun');
  };
  const handle = sandbox().run('console.log(1)', { books: { begin } });
  for await (const { type } of handle) {
    order.push(type);
    if (type === 'run.started') setImmediate(() => begun.resolve());
  }
  assert.deepEqual(order, ['run.started', 'begun', 'log', 'run.finished']);
});

test('a run that is cancelled before begin has resolved never starts its script', async () => {
  const cancel = new AbortController();
  const begin = async (): Promise<void> => cancel.abort();
  const handle = sandbox().run('console.log(1)', { books: { begin }, signal: cancel.signal });
  const run = await handle;
  assert.deepEqual([run.reason, run.logs, run.startedAt], ['cancelled', [], null]);
});

test('a sandbox whose floor no box reaches runs nothing', async () => {
  await assert.rejects(
    createSandbox({ isolation: 'none', floor: ['netns'] }),
    /below the floor: netns could not be proved/,
  );
});
