import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { NetworkEntry, RunEvent } from '@castellan/protocol';
import { dying, endless, playedLaunch, wellBehaved } from './played-launch.support.ts';
import {
  allEvents,
  openSome,
  readRun,
  scratchFolder,
  scratchPlace,
  submission,
  submitAndWait,
} from './open.support.ts';
import { subjects } from './store/subjects.support.ts';
import { FolderInUseError } from './store/sqlite/database.ts';
import { LaunchError } from './contract/launch.ts';
import { RefusedError } from './contract/runs.ts';

const gif = 'R0lGODlhAwACAIABAP///wAAACwAAAAAAwACAAACAkRVADs=';

test('a second process does not get the folder, and hears whose it is', async () => {
  await using folder = await scratchFolder();
  const { launch } = playedLaunch();
  await using runs = await openSome({ folder: folder.path, launch });
  assert.equal((await runs.pressure()).reason, null);
  await assert.rejects(openSome({ folder: folder.path, launch }), (error) => {
    assert.ok(error instanceof FolderInUseError);
    assert.match(error.message, new RegExp(`process ${process.pid}\\b`));
    return true;
  });
});

for (const subject of subjects) {
  test(`${subject.name}: a run is stored, launched, and ends with what the launcher said`, async () => {
    await using folder = await scratchPlace(subject);
    const { launch, asked } = playedLaunch();
    await using runs = await openSome({ ...folder.place, launch });
    const run = await submitAndWait(runs, { input: { params: { a: [1] }, labels: { team: 'x' } } });
    assert.equal(run.status, 'succeeded');
    assert.deepEqual(run.value, { a: [1] });
    assert.deepEqual(run.labels, { team: 'x' });
    assert.equal(asked.length, 1);
    assert.equal(asked[0]?.firstSeq, 2);
    assert.deepEqual(readRun(await runs.get('default', run.id)), run);
    assert.equal(await runs.get('other', run.id), undefined);
    assert.deepEqual(
      (await allEvents(runs, run.id)).map(({ type, seq }) => [seq, type]),
      [
        [1, 'run.queued'],
        [2, 'run.started'],
        [3, 'run.finished'],
      ],
    );
  });

  test(`${subject.name}: what was accepted survives the process, and is run by the next`, async () => {
    await using folder = await scratchPlace(subject);
    let ids: string[];
    {
      await using runs = await openSome({
        ...folder.place,
        launch: playedLaunch().launch,
        capacity: 0,
      });
      const taken = await Promise.all(
        Array.from({ length: 5 }, (_, n) => runs.submit(submission({ input: { params: n } }))),
      );
      ids = taken.map(({ run }) => run.id);
      assert.deepEqual(
        await Promise.all(ids.map(async (id) => readRun(await runs.get(null, id))?.queue.position)),
        [0, 1, 2, 3, 4],
      );
    }
    await using runs = await openSome({
      ...folder.place,
      launch: playedLaunch().launch,
      capacity: 1,
    });
    for (const [n, id] of ids.entries()) {
      const run = readRun(await runs.ended(null, id, AbortSignal.timeout(5_000)));
      assert.equal(run?.status, 'succeeded');
      assert.equal(run.value, n);
    }
  });

  test(`${subject.name}: cancel ends a waiting run at once and kills a running one; what has ended stays`, async () => {
    await using folder = await scratchPlace(subject);
    const { launch } = playedLaunch(endless);
    await using runs = await openSome({ ...folder.place, launch, capacity: 1 });
    const first = await runs.submit(submission());
    const second = await runs.submit(submission());
    assert.equal(await runs.cancel('other', second.run.id), undefined);
    assert.equal(await runs.cancel('default', second.run.id), 'cancelled');
    const waiting = readRun(await runs.get(null, second.run.id));
    assert.equal(waiting?.status, 'cancelled');
    assert.equal(waiting.startedAt, null);
    assert.equal(await runs.cancel('default', first.run.id), 'cancelled');
    const running = await runs.ended(null, first.run.id, AbortSignal.timeout(5_000));
    assert.equal(running?.status, 'cancelled');
    assert.equal(await runs.cancel('default', first.run.id), 'ended');
    assert.deepEqual(
      (await allEvents(runs, second.run.id)).map(({ type }) => type),
      ['run.queued', 'run.finished'],
    );
  });

  test(`${subject.name}: an Idempotency-Key gives the same run again, and refuses another request`, async () => {
    await using folder = await scratchPlace(subject);
    const { launch, asked } = playedLaunch();
    await using runs = await openSome({ ...folder.place, launch });
    const idempotency = { scope: 'key_1/default', key: 'a', payload: 'p' };
    const [one, two] = await Promise.all([
      runs.submit(submission({ idempotency })),
      runs.submit(submission({ idempotency })),
    ]);
    assert.equal(one.run.id, two.run.id);
    assert.deepEqual([one.isReplay, two.isReplay], [false, true]);
    const other = { ...idempotency, payload: 'q' };
    await assert.rejects(runs.submit(submission({ idempotency: other })), (error) => {
      assert.ok(error instanceof RefusedError);
      return error.refusal === 'idempotency_mismatch';
    });
    const elsewhere = { ...other, scope: 'key_2/default' };
    assert.notEqual((await runs.submit(submission({ idempotency: elsewhere }))).run.id, one.run.id);
    await runs.ended(null, one.run.id, AbortSignal.timeout(5_000));
    assert.equal(asked.filter(({ id }) => id === one.run.id).length, 1);
  });

  test(`${subject.name}: the queue has a bound, for all and for each tenant`, async () => {
    await using folder = await scratchPlace(subject);
    const { launch } = playedLaunch();
    await using runs = await openSome({ ...folder.place, launch, capacity: 0, queueLimit: 3 });
    const caps = { running: 1, queued: 2 };
    await runs.submit(submission({ caps }));
    await runs.submit(submission({ caps }));
    await assert.rejects(runs.submit(submission({ caps })), { refusal: 'tenant_quota' });
    await runs.submit(submission({ caps, tenant: 'other' }));
    await assert.rejects(runs.submit(submission({ caps, tenant: 'third' })), {
      refusal: 'queue_full',
    });
    assert.deepEqual(await runs.pressure(), {
      running: 0,
      queued: 3,
      capacity: 0,
      reason: 'queue_full',
    });
  });

  test(`${subject.name}: a run that waits longer than its ttl expires and is not started`, async () => {
    await using folder = await scratchPlace(subject);
    const { launch, asked } = playedLaunch();
    await using runs = await openSome({ ...folder.place, launch, capacity: 0 });
    const run = await submitAndWait(runs, { ttlMs: 1 });
    assert.deepEqual([run.status, run.reason], ['expired', 'queue_ttl']);
    assert.equal(asked.length, 0);
    assert.equal((await runs.pressure()).queued, 0);
  });

  test(`${subject.name}: a launcher that dies with a started run is tried again only when the run may start again`, async () => {
    await using folder = await scratchPlace(subject);
    let deaths = 0;
    const { launch, asked } = playedLaunch(async function* (run, play) {
      yield* deaths++ === 0 ? dying(run, play) : wellBehaved(run, play);
    });
    await using runs = await openSome({ ...folder.place, launch });
    const once = await submitAndWait(runs, { maxAttempts: 1 });
    assert.deepEqual([once.status, once.reason], ['error', 'worker_lost']);
    assert.equal(once.error?.message, 'The launcher died');
    deaths = 0;
    const twice = await submitAndWait(runs, { maxAttempts: 2 });
    assert.deepEqual([twice.status, twice.attempt], ['succeeded', 2]);
    assert.deepEqual(
      (await allEvents(runs, twice.id)).map(({ type, seq }) => `${seq} ${type}`),
      ['1 run.queued', '2 run.started', '3 run.started', '4 run.finished'],
    );
    assert.deepEqual(
      asked.filter(({ id }) => id === twice.id).map(({ attempt }) => attempt),
      [1, 2],
    );
  });

  test(`${subject.name}: two deaths end a run whatever attempts it has left, started or not`, async () => {
    await using folder = await scratchPlace(subject);
    const { launch, asked } = playedLaunch(() => {
      throw new LaunchError('lost', 'The launcher died');
    });
    await using runs = await openSome({ ...folder.place, launch });
    const run = await submitAndWait(runs, { maxAttempts: 9 });
    assert.deepEqual([run.status, run.reason], ['error', 'worker_lost']);
    assert.equal(asked.length, 2);
  });

  test(`${subject.name}: a box that cannot be built is tried again and counts as no attempt`, async () => {
    await using folder = await scratchPlace(subject);
    let fails = 2;
    const { launch } = playedLaunch(async function* (run, play) {
      if (fails-- > 0) throw new LaunchError('box_failed', 'No box');
      yield* wellBehaved(run, play);
    });
    await using runs = await openSome({ ...folder.place, launch });
    const run = await submitAndWait(runs);
    assert.deepEqual([run.status, run.attempt], ['succeeded', 1]);
    assert.equal(runs.tally().retried, 2);
  });

  test(`${subject.name}: a silent launcher loses its lease, and what it says later is refused`, async () => {
    await using folder = await scratchPlace(subject);
    const later = Promise.withResolvers<void>();
    const said = Promise.withResolvers<void>();
    const { launch, asked } = playedLaunch(async function* (run, play) {
      if (asked.length > 1) {
        yield* wellBehaved(run, play);
        return;
      }
      yield play.event({ type: 'run.started' });
      await later.promise;
      yield play.event({ type: 'log', text: 'stale' });
      yield play.event({ type: 'log', text: 'stale' });
      said.resolve();
    });
    await using runs = await openSome({ ...folder.place, launch, leaseMs: 20 });
    const run = await submitAndWait(runs, { maxAttempts: 2 });
    assert.deepEqual([run.status, run.attempt], ['succeeded', 2]);
    later.resolve();
    await said.promise;
    await runs.submit(submission());
    assert.ok(runs.tally().staleWrites > 0);
    assert.deepEqual(readRun(await runs.get(null, run.id))?.logs, []);
  });

  test(`${subject.name}: heartbeats keep a lease without events`, async () => {
    await using folder = await scratchPlace(subject);
    const { launch, asked } = playedLaunch(async function* (_run, play) {
      yield play.event({ type: 'run.started' });
      for (let beat = 0; beat < 20; beat++) {
        yield { type: 'heartbeat' };
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      yield play.finish();
    });
    await using runs = await openSome({ ...folder.place, launch, leaseMs: 100 });
    assert.equal((await submitAndWait(runs)).status, 'succeeded');
    assert.equal(asked.length, 1);
  });

  test(`${subject.name}: 100,000 events come live, in order and complete, whoever reads slowly`, async () => {
    await using folder = await scratchPlace(subject);
    const count = 100_000;
    const { launch } = playedLaunch(async function* (_run, play) {
      yield play.event({ type: 'run.started' });
      for (let line = 0; line < count; line++) {
        yield play.event({ type: 'log', text: `line ${line}` });
        // As frames do, they come a few hundred at a time.
        if (line % 500 === 0) await new Promise(setImmediate);
      }
      yield play.finish();
    });
    await using runs = await openSome({ ...folder.place, launch });
    const { run } = await runs.submit(submission());
    const stream = await runs.events(null, run.id, 0, AbortSignal.timeout(30_000));
    const slow = stream?.[Symbol.asyncIterator]();
    const first = await slow?.next();
    assert.ok(first?.done === false && first.value.type === 'run.queued');
    const seqs = (events: RunEvent[]): number[] => events.map(({ seq }) => seq);
    const live = seqs(await allEvents(runs, run.id));
    assert.deepEqual(
      live,
      Array.from({ length: count + 3 }, (_, at) => at + 1),
    );
    const late: number[] = [1];
    for (let next = await slow?.next(); next?.done === false; next = await slow?.next()) {
      late.push(next.value.seq);
    }
    assert.deepEqual(late, live);
    const shown = readRun(await runs.get(null, run.id));
    assert.equal(shown?.logs.length, 10_000);
    assert.equal(shown.truncated.logs, true);
  });

  test(`${subject.name}: events go on after any number, also in the next process`, async () => {
    await using folder = await scratchPlace(subject);
    let id = '';
    {
      const { launch } = playedLaunch(async function* (_run, play) {
        yield play.event({ type: 'run.started' });
        yield play.event({ type: 'log', text: 'before' });
        await play.killed;
        yield play.finish();
      });
      await using runs = await openSome({ ...folder.place, launch });
      ({ id } = (await runs.submit(submission({ maxAttempts: 2 }))).run);
      const read: number[] = [];
      for await (const { seq, type } of (await runs.events(
        null,
        id,
        0,
        AbortSignal.timeout(5_000),
      )) ?? []) {
        read.push(seq);
        if (type === 'log') break;
      }
      assert.deepEqual(read, [1, 2, 3]);
    }
    await using runs = await openSome({ ...folder.place, launch: playedLaunch().launch });
    assert.deepEqual(
      (await allEvents(runs, id, 3)).map(({ seq, type }) => `${seq} ${type}`),
      ['4 run.started', '5 run.finished'],
    );
    assert.deepEqual(
      (await allEvents(runs, id)).map(({ type }) => type),
      ['run.queued', 'run.started', 'log', 'run.started', 'run.finished'],
    );
  });

  test(`${subject.name}: drain takes nothing more, lets runs end, and hands back what outlives the budget`, async () => {
    await using folder = await scratchPlace(subject);
    let ids: string[];
    {
      const { launch } = playedLaunch(endless);
      await using runs = await openSome({ ...folder.place, launch, capacity: 2 });
      const taken = await Promise.all([
        runs.submit(submission({ maxAttempts: 1 })),
        runs.submit(submission({ maxAttempts: 2 })),
        runs.submit(submission({ maxAttempts: 1 })),
      ]);
      ids = taken.map(({ run }) => run.id);
      const started = await runs.events(null, ids[1] ?? '', 0, AbortSignal.timeout(5_000));
      for await (const { type } of started ?? []) if (type === 'run.started') break;
      await runs.drain(10);
      assert.equal((await runs.pressure()).reason, 'draining');
      await assert.rejects(runs.submit(submission()), { refusal: 'draining' });
      assert.deepEqual(
        await Promise.all(ids.map(async (id) => (await runs.get(null, id))?.status)),
        ['error', 'queued', 'queued'],
      );
    }
    await using runs = await openSome({ ...folder.place, launch: playedLaunch().launch });
    for (const id of ids.slice(1)) {
      assert.equal((await runs.ended(null, id, AbortSignal.timeout(5_000)))?.status, 'succeeded');
    }
  });

  test(`${subject.name}: list shows a tenant its own runs, newest first, a page at a time, by status and label`, async () => {
    await using folder = await scratchPlace(subject);
    const { launch } = playedLaunch();
    await using runs = await openSome({ ...folder.place, launch });
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) {
      const labels = { n: String(n), odd: String(n % 2) };
      ids.unshift((await submitAndWait(runs, { input: { labels } })).id);
    }
    await submitAndWait(runs, { tenant: 'other', input: { labels: { n: '1' } } });
    const first = await runs.list({ tenant: 'default', limit: 4 });
    assert.deepEqual(
      first.items.map(({ id }) => id),
      ids.slice(0, 4),
    );
    const cursor = first.nextCursor ?? '';
    const second = await runs.list({ tenant: 'default', limit: 4, cursor });
    assert.deepEqual(
      second.items.map(({ id }) => id),
      ids.slice(4),
    );
    assert.equal(second.nextCursor, null);
    const found = async (query: object): Promise<number> =>
      (await runs.list({ tenant: 'default', limit: 50, ...query })).items.length;
    assert.equal(await found({ label: 'odd=1' }), 3);
    assert.equal(await found({ label: 'odd' }), 7);
    assert.equal(await found({ label: 'odd=1', status: 'failed' }), 0);
    assert.equal(await found({ status: 'succeeded' }), 7);
    assert.equal(await found({ tenant: null }), 8);
    assert.equal(await found({ tenant: null, label: 'n=1' }), 2);
  });

  test(`${subject.name}: list keeps the order of runs that were accepted in one millisecond`, async (t) => {
    await using folder = await scratchPlace(subject);
    const { launch } = playedLaunch();
    await using runs = await openSome({ ...folder.place, launch, capacity: 0 });
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
    const taken = await Promise.all(Array.from({ length: 300 }, () => runs.submit(submission())));
    const listed: string[] = [];
    for (let cursor: string | null = '~'; cursor !== null;) {
      const page = await runs.list({ tenant: null, limit: 100, cursor });
      listed.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    assert.deepEqual(
      listed.toReversed(),
      taken.map(({ run }) => run.id),
    );
  });

  test(`${subject.name}: artifacts and requests are kept as they come: the last write of a name wins`, async () => {
    await using folder = await scratchPlace(subject);
    const idOf = (digit: number): string => `art_${String(digit).repeat(32)}`;
    const { launch } = playedLaunch(async function* (run, play) {
      const time = new Date().toISOString();
      const place = join(folder.path, 'artifacts', run.id);
      await mkdir(place);
      yield play.event({ type: 'run.started' });
      for (const digit of [1, 2, 3]) {
        const name = digit === 1 ? 'other.txt' : 'page.gif';
        const bytes = Buffer.from(digit === 3 ? gif : 'text', digit === 3 ? 'base64' : 'utf8');
        await writeFile(join(place, idOf(digit)), bytes);
        const known = { id: idOf(digit), name, contentType: 'text/plain', sizeBytes: bytes.length };
        const artifact = { ...known, sha256: '', url: '' };
        yield { type: 'artifact', seq: run.firstSeq + digit, time, artifact };
      }
      const asked = { seq: 1, time, method: 'GET', url: 'http://a/', host: 'a', address: null };
      const came = { status: null, durationMs: 1, requestBytes: 0, responseBytes: 0 };
      const request = {
        ...asked,
        ...came,
        outcome: 'denied',
        code: 'not_allowed',
        reason: 'no',
      } as const;
      yield { type: 'network', seq: run.firstSeq + 4, time, request };
      yield { ...play.finish(), seq: run.firstSeq + 5 };
    });
    await using runs = await openSome({ ...folder.place, launch });
    const run = await submitAndWait(runs);
    assert.equal(run.status, 'succeeded', run.error?.message);
    assert.deepEqual(
      run.artifacts.map(({ id, contentType, image }) => ({ id, contentType, image })),
      [
        { id: idOf(1), contentType: 'text/plain', image: undefined },
        { id: idOf(3), contentType: 'image/gif', image: { width: 3, height: 2, broken: false } },
      ],
    );
    assert.deepEqual(readRun(await runs.get(null, run.id))?.artifacts, run.artifacts);
    const found = await runs.artifact('default', run.id, 'page.gif');
    assert.equal(found?.artifact.id, idOf(3));
    assert.equal(await runs.artifact('other', run.id, 'page.gif'), undefined);
    const kept = await readdir(join(folder.path, 'artifacts', run.id));
    assert.deepEqual(kept.toSorted(), [idOf(1), idOf(3)]);
    const entries = JSON.parse(
      (await runs.network('default', run.id))?.text ?? '[]',
    ) as NetworkEntry[];
    assert.equal(entries[0]?.outcome, 'denied');
  });
}
