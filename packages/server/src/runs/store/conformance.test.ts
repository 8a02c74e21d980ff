// What every store does, whatever it is made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRun, scratchFolder, submission } from '../open.support.ts';
import { chunkOf } from '../record/event-lines.ts';
import { firstFacts } from '../record/rows.ts';
import {
  artifact,
  batch,
  endedRuns,
  ending,
  heldClock,
  log,
  open,
  type Opened,
  takeOne,
} from './conformance.support.ts';
import { type Leased, StaleWriteError } from './store.ts';
import { type Settings, subjects } from './subjects.support.ts';

const nowhere = { file: null, line: null, column: null };

for (const subject of subjects) {
  const it = (what: string, body: (opened: Opened) => Promise<void>, settings?: Settings): void => {
    test(`${subject.name}: ${what}`, async () => {
      await using opened = await open(subject, settings);
      await body(opened);
      assert.deepEqual(await opened.store.contradictions(), []);
    });
  };

  it('a run goes from submit to its end, and is read as it stands', async ({ store }) => {
    const { run, isReplay } = await store.submit(
      submission({ input: { params: { a: '\u0000 \ud800 "' }, labels: { team: 'x' } } }),
    );
    assert.equal(isReplay, false);
    assert.deepEqual(readRun(await store.run('default', run.id)), readRun(run));
    assert.equal(await store.run('other', run.id), undefined);
    assert.equal(await store.waiting(), 1);
    const leased = await takeOne(store);
    assert.equal(leased.row.id, run.id);
    assert.equal(leased.row.status, 'running');
    assert.deepEqual(leased.request.input.labels, { team: 'x' });
    assert.equal(leased.request.input.params, JSON.stringify({ a: '\u0000 \ud800 "' }));
    const at = leased.row.created_at;
    await store.append(leased.row, batch(2, { changes: [{ type: 'started', at }] }));
    const started = await store.row(null, run.id);
    assert.deepEqual([started?.attempt, started?.is_started, started?.started_at], [1, 1, at]);
    assert.equal(started?.value, null);
    const replaced = await store.append(
      leased.row,
      batch(5, {
        changes: [
          { type: 'network', seq: 3, body: '{"a":1}' },
          artifact('b', 1),
          artifact('a', 2, 300),
          artifact('b', 3),
        ],
        ending: { ...ending(store, leased, { value: { n: [1, '\u0000'] } }), nextSeq: 7 },
      }),
    );
    assert.deepEqual(replaced, [artifact('b', 1).artifact.id]);
    const read = readRun(await store.run(null, run.id));
    assert.deepEqual(
      [read?.status, read?.value, read?.attempt, read?.startedAt],
      ['succeeded', { n: [1, '\u0000'] }, 1, at],
    );
    assert.deepEqual(read?.artifacts, [
      { name: 'a', digit: 2 },
      { name: 'b', digit: 3 },
    ]);
    assert.deepEqual(
      read.logs.map(({ seq, text }) => [seq, text]),
      [
        [2, 'line 2'],
        [5, 'line 5'],
      ],
    );
    assert.deepEqual(
      (await store.events(run.id, 2)).map(({ seq, type }) => [seq, type]),
      [[5, 'log']],
    );
    assert.deepEqual(await store.artifact(run.id, 'b'), { name: 'b', digit: 3 });
    assert.equal(await store.artifact(run.id, 'c'), undefined);
    assert.equal((await store.network(run.id)).text, '[{"a":1}]');
    // It can be asked for again.
    assert.deepEqual(await store.request(run.id), leased.request);
    assert.equal(await store.request('run_none'), null);
    const files = await store.files(run.id);
    assert.deepEqual(
      files.known.toSorted(),
      [2, 3].map((n) => artifact('', n).artifact.id),
    );
    assert.equal(files.isRunning, false);
    assert.deepEqual(await store.running(), []);
    assert.equal(await store.waiting(), 0);
  });

  it('a run that was never queued is written down when it has ended', async ({ store }) => {
    const nowMs = store.time.nowMs();
    const at = store.time.stamp();
    const of = submission({ input: { params: { a: 1 }, labels: { team: 'x' } } });
    const facts = { ...firstFacts(of.limits, of), tenant: 'default', policy: 'default' } as const;
    const error = { name: 'Error', message: 'bad \u0000', stack: '', ...nowhere };
    const run = {
      ...facts,
      id: `run_${'a'.repeat(32)}`,
      status: 'failed',
      reason: 'uncaught_exception',
      attempt: 1,
      value: { n: 1 },
      logs: [],
      artifacts: [],
      error,
      labels: of.input.labels,
      queue: { position: 0 },
      createdAt: at,
      startedAt: at,
      finishedAt: at,
    } as const;
    const written = {
      submission: of,
      run,
      queuedMs: nowMs - 5,
      batch: batch(4, {
        changes: [
          { type: 'started', at },
          { type: 'network', seq: 3, body: '{"a":1}' },
        ],
      })(),
      ending: { run, endedMs: nowMs, nextSeq: 6 },
    } as const;
    await store.record(written);
    const read = readRun(await store.run('default', run.id));
    assert.deepEqual(
      [read?.status, read?.reason, read?.value, read?.attempt, read?.error?.message, read?.labels],
      ['failed', 'uncaught_exception', { n: 1 }, 1, 'bad \u0000', { team: 'x' }],
    );
    assert.deepEqual(
      read?.logs.map(({ text }) => text),
      ['line 4'],
    );
    assert.equal((await store.network(run.id)).text, '[{"a":1}]');
    assert.deepEqual((await store.request(run.id))?.input, of.input);
    const { items } = await store.list({ tenant: 'default', label: 'team=x', limit: 10 });
    assert.deepEqual(
      items.map(({ id }) => id),
      [run.id],
    );
    // It has no place in the queue, and none that it could free.
    assert.deepEqual([await store.waiting(), await store.running()], [0, []]);
    assert.deepEqual((await store.take(() => 1)).leased, []);
    const fence = { id: run.id, lease: 0 };
    await assert.rejects(store.append(fence, batch(7)), StaleWriteError);
  });

  it('take asks how many when it begins, after all that was asked for before', async ({
    store,
  }) => {
    let most = 0;
    const one = store.submit(submission());
    const taking = store.take(() => most);
    const two = store.submit(submission());
    most = 2;
    const ids = [(await one).run.id, (await two).run.id];
    const { leased } = await taking;
    assert.deepEqual(
      leased.map(({ row }) => row.id),
      ids,
    );
  });

  it('take goes by lane and then by arrival, and never beyond the cap', async ({ store }) => {
    const caps = { running: 2, queued: 10 };
    const made = [];
    for (const priority of [0, 0, 5]) {
      made.push((await store.submit(submission({ caps, priority }))).run.id);
    }
    const { leased } = await store.take(() => 10);
    assert.deepEqual(
      leased.map(({ row }) => row.id),
      [made[2], made[0]],
    );
    assert.deepEqual((await store.take(() => 10)).leased, []);
    await store.end(leased[0]?.row ?? assert.fail(), ending(store, leased[0] ?? assert.fail()));
    assert.equal((await takeOne(store)).row.id, made[1]);
  });

  it('take shares time between tenants, not numbers of runs', async ({ store }) => {
    for (let n = 0; n < 40; n++) {
      await Promise.all([
        store.submit(submission({ tenant: 'short' })),
        ...(n < 8 ? [store.submit(submission({ tenant: 'long' }))] : []),
      ]);
    }
    const spent: Record<string, number> = { short: 0, long: 0 };
    for (let step = 0; step < 30; step++) {
      const taken = await takeOne(store);
      const tookMs = taken.slot.tenant === 'long' ? 1_000 : 100;
      spent[taken.slot.tenant] = (spent[taken.slot.tenant] ?? 0) + tookMs;
      const { freed, ...rest } = ending(store, taken);
      await store.end(taken.row, { ...rest, freed: { ...freed, tookMs } });
    }
    const { short = 0, long = 0 } = spent;
    assert.ok(Math.abs(short - long) <= 2_000, `${short} ms and ${long} ms`);
  });

  it('submit finds the run of an identical request, and refuses another with its key', async ({
    store,
  }) => {
    const idempotency = { scope: 'key_1/default', key: 'a', payload: 'p' };
    const [one, two] = await Promise.all([
      store.submit(submission({ idempotency })),
      store.submit(submission({ idempotency })),
    ]);
    assert.deepEqual([one.isReplay, two.isReplay], [false, true]);
    assert.equal(one.run.id, two.run.id);
    assert.deepEqual(readRun(one.run), readRun(two.run));
    await assert.rejects(
      store.submit(submission({ idempotency: { ...idempotency, payload: 'q' } })),
      { refusal: 'idempotency_mismatch' },
    );
    assert.equal(await store.waiting(), 1);
  });

  const day = 24 * 60 * 60 * 1_000;
  const late = heldClock();
  it(
    'a key is forgotten after a day, and can be used again',
    async ({ store }) => {
      const idempotency = { scope: 's', key: 'a', payload: 'p' };
      const one = await store.submit(submission({ idempotency }));
      late.pass(day + 1);
      const again = { ...idempotency, payload: 'q' };
      const two = await store.submit(submission({ idempotency: again }));
      assert.notEqual(one.run.id, two.run.id);
      late.pass(day + 1);
      await store.sweep.rest();
      const three = await store.submit(submission({ idempotency: again }));
      assert.equal(three.isReplay, false);
    },
    late,
  );

  it(
    'submit refuses what is over the bounds, and stores nothing of it',
    async ({ store }) => {
      const caps = { running: 1, queued: 2 };
      await store.submit(submission({ caps }));
      await store.submit(submission({ caps }));
      await assert.rejects(store.submit(submission({ caps })), { refusal: 'tenant_quota' });
      await store.submit(submission({ caps, tenant: 'other' }));
      await assert.rejects(store.submit(submission({ caps, tenant: 'third' })), {
        refusal: 'queue_full',
      });
      assert.equal((await store.list({ tenant: null, limit: 50 })).items.length, 3);
    },
    { queueLimit: 3 },
  );

  it('positions say what is likely to start first', async ({ store }) => {
    const made = [];
    for (const priority of [0, 0, 10]) {
      made.push((await store.submit(submission({ priority }))).run);
    }
    assert.deepEqual(
      made.map((run) => readRun(run).queue.position),
      [0, 1, 0],
    );
    const now = await Promise.all(made.map(async ({ id }) => readRun(await store.run(null, id))));
    assert.deepEqual(
      now.map((run) => run?.queue.position),
      [1, 2, 0],
    );
  });

  it('every write under a void fence is refused, and stores nothing', async ({ store }) => {
    await store.submit(submission());
    const first = await takeOne(store);
    const second = { ...first, row: await store.renew(first.row) };
    const writes = ({ row, slot }: Leased) => ({
      renew: () => store.renew(row),
      append: () => store.append(row, batch(2)),
      appendEnd: () => store.append(row, batch(2, { ending: ending(store, first) })),
      requeue: () =>
        store.requeue(row, { attempt: 1, deaths: 1, lane: 0, freed: { ...slot, tookMs: 1 } }),
      end: () => store.end(row, ending(store, first)),
    });
    const before = await store.row(null, first.row.id);
    for (const [name, write] of Object.entries(writes(first))) {
      await assert.rejects(write, StaleWriteError, name);
    }
    assert.deepEqual(await store.row(null, first.row.id), before);
    assert.deepEqual(await store.events(first.row.id, 0), []);
    // Neighbours in the same commit are not touched by it.
    const [stale, good] = await Promise.allSettled([
      store.append(first.row, batch(2)),
      store.append(second.row, batch(2)),
    ]);
    assert.deepEqual([stale.status, good.status], ['rejected', 'fulfilled']);
    await store.end(second.row, ending(store, second));
    const third = { ...second, row: { ...second.row, lease: second.row.lease + 1 } };
    for (const [name, write] of Object.entries(writes(third))) {
      await assert.rejects(write, StaleWriteError, name);
    }
    assert.equal(store.staleWrites, 11);
  });

  const patient = heldClock();
  it(
    'requeue puts a run before all others of its lane, where it does not expire',
    async ({ store }) => {
      const first = (await store.submit(submission({ ttlMs: 10 }))).run.id;
      await store.submit(submission());
      const { row, slot } = await takeOne(store);
      assert.equal(row.id, first);
      const freed = { ...slot, tookMs: 1 };
      await store.requeue(row, { attempt: 1, deaths: 1, lane: row.lane, freed });
      patient.pass(1_000);
      const again = await takeOne(store);
      assert.deepEqual([again.row.id, again.row.attempt, again.row.deaths], [first, 1, 1]);
      assert.ok(again.row.lease > row.lease);
    },
    patient,
  );

  it('cancel ends what waits, marks what runs, and leaves what has ended', async ({ store }) => {
    const one = (await store.submit(submission())).run.id;
    const taken = await takeOne(store);
    assert.equal(taken.row.id, one);
    const two = (await store.submit(submission())).run.id;
    assert.equal(await store.cancel('other', two), undefined);
    assert.equal(await store.cancel(null, 'run_unknown'), undefined);
    const outcome = await store.cancel('default', two);
    assert.ok(typeof outcome === 'object');
    assert.deepEqual([outcome.id, outcome.status], [two, 'cancelled']);
    assert.equal(readRun(await store.run(null, two))?.status, 'cancelled');
    assert.equal(await store.cancel('default', two), 'ended');
    assert.equal(await store.cancel('default', one), 'running');
    assert.equal((await store.row(null, one))?.is_cancelled, 1);
    assert.equal(await store.waiting(), 0);
  });

  const clock = heldClock();
  it(
    'what has waited too long expires and is not taken',
    async ({ store }) => {
      const short = (await store.submit(submission({ ttlMs: 10 }))).run.id;
      const shorter = (await store.submit(submission({ ttlMs: 5 }))).run.id;
      const long = (await store.submit(submission({ ttlMs: 1_000 }))).run.id;
      assert.deepEqual(await store.expire(), []);
      clock.pass(7);
      assert.deepEqual(
        (await store.expire()).map(({ id }) => id),
        [shorter],
      );
      clock.pass(7);
      const { leased, expired } = await store.take(() => 5);
      assert.deepEqual(
        expired.map(({ id, status, reason }) => [id, status, reason]),
        [[short, 'expired', 'queue_ttl']],
      );
      assert.deepEqual(
        leased.map(({ row }) => row.id),
        [long],
      );
      const run = readRun(await store.run(null, shorter));
      assert.deepEqual([run?.status, run?.error?.name], ['expired', 'TimeoutError']);
    },
    clock,
  );

  it('list pages through the runs of a tenant, newest first, by status, policy and label', async ({
    store,
  }) => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) {
      const labels = { n: String(n), odd: String(n % 2) };
      ids.unshift((await store.submit(submission({ input: { labels } }))).run.id);
    }
    const other = { tenant: 'other', policy: 'narrow', input: { labels: { n: '1' } } };
    await store.submit(submission(other));
    await store.cancel(null, ids[0] ?? '');
    const page = await store.list({ tenant: 'default', limit: 4 });
    assert.deepEqual(
      page.items.map(({ id }) => id),
      ids.slice(0, 4),
    );
    const rest = await store.list({
      tenant: 'default',
      limit: 4,
      cursor: page.nextCursor ?? assert.fail(),
    });
    assert.deepEqual(
      rest.items.map(({ id }) => id),
      ids.slice(4),
    );
    assert.equal(rest.nextCursor, null);
    const found = async (query: object): Promise<number> =>
      (await store.list({ tenant: 'default', limit: 50, ...query })).items.length;
    assert.equal(await found({ label: 'odd=1' }), 3);
    assert.equal(await found({ label: 'odd' }), 7);
    assert.equal(await found({ label: "odd=' OR 1=1 --" }), 0);
    assert.equal(await found({ label: 'odd=0', status: 'cancelled' }), 1);
    assert.equal(await found({ status: 'queued' }), 6);
    assert.equal(await found({ tenant: null }), 8);
    assert.equal(await found({ tenant: null, status: 'cancelled' }), 1);
    assert.equal(await found({ tenant: null, label: 'n=1' }), 2);
    assert.equal(await found({ tenant: null, policy: 'narrow' }), 1);
    assert.equal(await found({ policy: 'narrow' }), 0);
    assert.deepEqual(
      (await store.tenants(null)).map(({ name, running, queued }) => [name, running, queued]),
      [
        ['default', 0, 6],
        ['other', 0, 1],
      ],
    );
    assert.equal((await store.tenants('other')).length, 1);
    assert.deepEqual(await store.tenants('nobody'), []);
  });

  it('events are read in order, from any number, a few at a time', async ({ store }) => {
    await store.submit(submission());
    const { row } = await takeOne(store);
    for (let seq = 2; seq < 42; seq += 4) {
      const lines = [0, 1, 2, 3].map((more) => log(seq + more, 'x'));
      await store.append(row, () => ({
        chunks: [{ lastSeq: seq + 3, body: chunkOf(lines) }],
        changes: [],
      }));
    }
    const seen: number[] = [];
    for (;;) {
      const some = await store.events(row.id, seen.at(-1) ?? 3);
      if (some.length === 0) break;
      seen.push(...some.map(({ seq }) => seq));
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 38 }, (_, at) => at + 4),
    );
  });

  const old = heldClock();
  it(
    'sweep removes old runs with all that is theirs, the oldest first',
    async ({ store }) => {
      const ids = await endedRuns(store, 120, () => old.pass(day));
      const rules = { mostBytes: 1e12 };
      const first = await store.sweep.runs({ ...rules, olderMs: 9.5 * day });
      assert.deepEqual(first, ids.slice(0, 100));
      const second = await store.sweep.runs({ ...rules, olderMs: 9.5 * day });
      assert.deepEqual(second, ids.slice(100, 111));
      assert.deepEqual(await store.sweep.runs({ ...rules, olderMs: 9.5 * day }), []);
      assert.equal(await store.run(null, ids[0] ?? ''), undefined);
      assert.deepEqual(await store.events(ids[0] ?? '', 0), []);
      assert.equal((await store.list({ tenant: null, label: 'kind', limit: 200 })).items.length, 9);
      await store.sweep.rest();
    },
    old,
  );

  const aged = heldClock();
  it(
    'logs and artifacts go by their own age, and artifacts until the rest is small enough',
    async ({ store }) => {
      const ids = await endedRuns(store, 20, () => aged.pass(day));
      assert.equal(await store.sweep.logs({ olderMs: 9.5 * day }), 11);
      assert.equal(await store.sweep.logs({ olderMs: 9.5 * day }), 0);
      const left = await Promise.all(ids.map(async (id) => (await store.events(id, 0)).length));
      assert.deepEqual(left, [...Array<number>(11).fill(0), ...Array<number>(9).fill(1)]);
      // So does what was asked for.
      const asked = await Promise.all(ids.map(async (id) => (await store.request(id)) !== null));
      assert.deepEqual(asked.map(Number), left);
      const gone = await store.sweep.artifacts({ olderMs: 14.5 * day, mostBytes: 1e12 });
      assert.deepEqual(
        gone.map(({ run }) => run),
        ids.slice(0, 6),
      );
      const more = await store.sweep.artifacts({ olderMs: 1e12, mostBytes: 750 });
      assert.deepEqual(
        more.map(({ run }) => run),
        ids.slice(6, 13),
      );
      assert.equal((await store.list({ tenant: null, limit: 50 })).items.length, 20);
    },
    aged,
  );

  const large = heldClock();
  it(
    'runs go, the oldest first, while the store is too large',
    async ({ store }) => {
      const ids = await endedRuns(store, 130, () => large.pass(1_000), 'x'.repeat(10_000));
      const gone = await store.sweep.runs({ olderMs: 1e15, mostBytes: 600_000 });
      assert.deepEqual(gone, ids.slice(0, 100));
      assert.deepEqual(await store.sweep.runs({ olderMs: 1e15, mostBytes: 600_000 }), []);
    },
    large,
  );

  it('a run waits for somebody who has all that it needs, and holds up nobody else', async ({
    store,
  }) => {
    const ids: string[] = [];
    for (const given of [
      { placement: { zone: 'eu', gpu: 'no' } },
      { policy: 'other' },
      { input: { isolation: 'gvisor' as const } },
      {},
      { secrets: ['KEY'] },
      { exchange: 'req_1' },
    ]) {
      ids.push((await store.submit(submission(given))).run.id);
    }
    const taken = async (...has: string[]): Promise<string[]> => {
      const { leased } = await store.take(() => 9, { worker: 'worker_1', has });
      return leased.map(({ row }) => row.id);
    };
    const [placed, other, driven, plain, secret, asked] = ids;
    assert.deepEqual(await taken('policy:default', 'label:zone=eu'), [plain]);
    assert.deepEqual(await taken('policy:default', 'label:zone=us', 'label:gpu=no'), []);
    assert.deepEqual(await taken('policy:other'), [other]);
    assert.deepEqual(await taken('driver:default:gvisor'), []);
    const [row] = (await store.held('worker_1')).filter(({ id }) => id === other);
    assert.ok(row);
    const freed = { tenant: row.tenant, chargedMs: row.charged_ms, tookMs: null };
    await store.requeue(row, { attempt: 0, deaths: 0, lane: row.lane, freed });
    assert.deepEqual(await taken('policy:default', 'driver:default:gvisor'), [driven]);
    assert.deepEqual(await taken('policy:other', 'policy:default', 'label:gpu=no'), [other]);
    assert.deepEqual(await taken('policy:default', 'label:gpu=no', 'label:zone=eu'), [placed]);
    assert.deepEqual(await taken('policy:default', 'launcher:own'), [secret, asked]);
  });

  const silent = heldClock();
  it(
    'the runs of a worker are its own until it has been silent for a lease',
    async ({ store }) => {
      await store.submit(submission());
      const has = ['policy:default'];
      const { leased } = await store.take(() => 1, { worker: 'worker_1', has });
      const [{ row } = assert.fail()] = leased;
      await store.beat('worker_1');
      assert.deepEqual([await store.running(), await store.orphans()], [[], []]);
      assert.deepEqual(
        (await store.held('worker_1')).map(({ id, lease }) => [id, lease]),
        [[row.id, row.lease]],
      );
      assert.deepEqual(await store.held('worker_2'), []);
      const pass = async (seconds: number): Promise<string[]> => {
        for (let n = 0; n < seconds; n++) {
          silent.pass(1_000);
          await store.keepTime();
        }
        return (await store.orphans()).map(({ id }) => id);
      };
      assert.deepEqual(await pass(14), []);
      await store.beat('worker_1');
      assert.deepEqual(await pass(14), []);
      assert.deepEqual(await pass(4), [row.id]);
      // Whoever was thought dead and is not goes on, unless somebody has put its runs back.
      await store.beat('worker_1');
      assert.deepEqual(await pass(1), []);
    },
    silent,
  );

  it('what is told twice, or not in its order, is refused', async ({ store }) => {
    await store.submit(submission());
    const { row } = await takeOne(store);
    await store.append(row, batch(2, { firstSeq: 2 }));
    await assert.rejects(store.append(row, batch(4, { firstSeq: 4 })), StaleWriteError);
    await store.append(row, batch(3, { firstSeq: 3 }));
    assert.deepEqual(
      (await store.events(row.id, 1)).map(({ seq }) => seq),
      [2, 3],
    );
  });

  test(`${subject.name}: the next process finds everything, and time goes on`, async () => {
    await using folder = await scratchFolder();
    const records = await subject.make(folder.path);
    const before = heldClock();
    before.pass(5_000);
    let id: string;
    let nowMs: number;
    {
      await using store = await records.open(before);
      ({ id } = (await store.submit(submission())).run);
      await store.submit(submission());
      await takeOne(store);
      assert.deepEqual(
        (await store.running()).map((row) => row.id),
        [id],
      );
      assert.deepEqual([await store.orphans(), await store.cancelled([])], [[], []]);
      nowMs = store.time.nowMs();
      await store.keepTime();
    }
    // The machine's clock was set back meanwhile.
    await using store = await records.open(heldClock());
    assert.ok(store.time.nowMs() >= nowMs);
    assert.deepEqual(
      (await store.orphans()).map((row) => row.id),
      [id],
    );
    assert.deepEqual(await store.running(), []);
    assert.equal(await store.waiting(), 1);
    assert.deepEqual(await store.contradictions(), []);
  });
}
