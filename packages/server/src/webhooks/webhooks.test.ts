/** What both stores of webhooks do, and how messages are delivered and signed. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { type Postgres, startPostgres } from '../../../../test/shared/postgres.support.ts';
import { until } from '../../../../test/shared/until.support.ts';
import type { StoredRun } from '../runs/contract/runs.ts';
import { StorageFault } from '../storage/fault.ts';
import { openTables } from '../storage/tables/open.ts';
import { pauseOf, type Send, type Sent, startDeliverer } from './deliverer.ts';
import { messageOf, mostBytes } from './message.ts';
import { type DueDelivery, keptAttempts, leaseMs, longestPauseMs, pausesMs } from './record.ts';
import { overlapMs, secretsOf, signed } from './signature.ts';
import { WebhookError, type WebhookStore } from './store.ts';
import { storedWebhooks } from './stored-webhooks.ts';
import { webhookTables } from './tables.ts';

const start = Date.parse('2026-03-28T12:00:30Z');
const perTenant = 12;

let server: Promise<Postgres> | undefined;
const folders: string[] = [];
after(async () => {
  await (await server)?.[Symbol.asyncDispose]();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const places: Readonly<Record<string, () => Promise<[folder: string, url: string | null]>>> = {
  sqlite: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'castellan-webhooks-'));
    folders.push(folder);
    return [folder, null];
  },
  postgres: async () => ['', await (await (server ??= startPostgres())).makeDatabase()],
};

interface Scene extends AsyncDisposable {
  readonly store: WebhookStore;
  readonly clock: { ms: number };
  /** The one that is due, claimed. */
  claim(): Promise<DueDelivery>;
}

const attempt = (ms: number) => ({
  at: new Date(ms).toISOString(),
  status: 503,
  durationMs: 1.4,
  detail: 'no "\u0000',
});

for (const [place, open] of Object.entries(places)) {
  const scene = async (): Promise<Scene> => {
    const clock = { ms: start };
    const tables = await openTables(webhookTables, ...(await open()));
    const store = storedWebhooks(tables, perTenant, () => clock.ms);
    return {
      store,
      clock,
      claim: async () => {
        const [due = assert.fail()] = await store.due(clock.ms);
        return (await store.claim(due, clock.ms)) ?? assert.fail();
      },
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    };
  };

  suite(`webhooks in ${place}`, () => {
    test('a delivery is promised once for a run, and is of its tenant', async () => {
      await using at = await scene();
      const { store } = at;
      await store.expect('a', 'run_1', 'https://a.example/"é');
      await store.expect('a', 'run_1', 'https://other.example/');
      const delivery = await store.find('a', 'run_1');
      assert.match(delivery?.id ?? '', /^whd_[\da-f]{32}$/);
      assert.deepEqual(delivery, {
        id: delivery?.id,
        tenant: 'a',
        runId: 'run_1',
        url: 'https://a.example/"é',
        state: 'waiting',
        nextAt: null,
        createdAt: '2026-03-28T12:00:30.000Z',
        attempts: [],
      });
      assert.deepEqual(await store.find(null, 'run_1'), delivery);
      assert.equal(await store.find('b', 'run_1'), undefined);
      await assert.rejects(store.replay('b', 'run_1'), WebhookError);
    });

    test('it is in one hand, and comes to another when that is dead', async () => {
      await using at = await scene();
      const { store, clock } = at;
      await store.expect('a', 'run_1', 'https://a.example/');
      const [due = assert.fail()] = await store.due(clock.ms);
      const claims = await Promise.all([1, 2, 3].map(() => store.claim(due, clock.ms)));
      const [first = assert.fail(), ...others] = claims.filter((claim) => claim !== undefined);
      assert.deepEqual([others, await store.due(clock.ms)], [[], []]);
      clock.ms += leaseMs;
      const second = await at.claim();
      const settled = { state: 'delivered', attempt: attempt(clock.ms) } as const;
      assert.equal(await store.settle(first, settled), false);
      assert.equal((await store.find('a', 'run_1'))?.attempts.length, 0);
      assert.equal(await store.settle(second, settled), true);
      const { state, attempts } = (await store.find('a', 'run_1')) ?? assert.fail();
      assert.deepEqual([state, attempts], ['delivered', [{ ...attempt(clock.ms), durationMs: 1 }]]);
      assert.equal(await store.nextMs(), null);
    });

    test('an end makes it due, unless it was tried already; a replay begins anew', async () => {
      await using at = await scene();
      const { store, clock } = at;
      await store.expect('a', 'run_1', 'https://a.example/');
      const [due = assert.fail()] = await store.due(clock.ms);
      await store.postpone(new Map([[due, clock.ms + 60_000]]));
      assert.equal(await store.nextMs(), clock.ms + 60_000);
      await store.postpone(new Map([[due, clock.ms + 90_000]]));
      assert.equal(await store.nextMs(), clock.ms + 60_000, 'its claim is void');
      await store.ended('a', 'run_1');
      assert.equal(await store.nextMs(), clock.ms);
      const later = { state: 'waiting', dueMs: clock.ms + 5_000, attempt: attempt(clock.ms) };
      assert.equal(await store.settle(await at.claim(), { ...later, state: 'waiting' }), true);
      await store.ended('a', 'run_1');
      assert.equal((await store.find('a', 'run_1'))?.nextAt, '2026-03-28T12:00:35.000Z');
      clock.ms += 1_000;
      assert.equal((await store.replay('a', 'run_1')).state, 'waiting');
      const again = await at.claim();
      assert.equal(again.tries, 0);
    });

    test('a look takes a few of each tenant, and a tenant may have only so many waiting', async () => {
      await using at = await scene();
      const { store, clock } = at;
      for (let n = 0; n < perTenant; n++)
        await store.expect('a', `run_a${n}`, 'https://a.example/');
      clock.ms += 1;
      await store.expect('b', 'run_b', 'https://b.example/');
      await assert.rejects(store.refuseMore('a'), /^WebhookError: 12 webhooks of the tenant "a"/);
      await store.refuseMore('b');
      const due = await store.due(clock.ms);
      const tenants = due.map(({ tenant }) => tenant);
      assert.deepEqual([tenants.length, tenants.indexOf('b')], [9, 1]);
    });

    test('what is over goes when it is old, with its attempts, of which a few are kept', async () => {
      await using at = await scene();
      const { store, clock } = at;
      await store.expect('a', 'run_1', 'https://a.example/');
      for (let n = 0; n < keptAttempts + 3; n++) {
        await store.replay('a', 'run_1');
        await store.settle(await at.claim(), { state: 'failed', attempt: attempt(clock.ms) });
        clock.ms += 1;
      }
      await store.expect('a', 'run_2', 'https://a.example/');
      const kept = (await store.find('a', 'run_1')) ?? assert.fail();
      assert.deepEqual([kept.state, kept.attempts.length], ['failed', keptAttempts]);
      assert.equal(await store.sweep(clock.ms - 1_000), 0);
      assert.equal(await store.sweep(clock.ms), 1);
      assert.equal(await store.find('a', 'run_1'), undefined);
      assert.equal((await store.due(clock.ms)).length, 1);
    });

    test('a tenant changes its secret, and nobody else’s', async () => {
      await using at = await scene();
      const { store, clock } = at;
      assert.deepEqual(await store.generation('a'), { number: 0, rotatedAt: null });
      assert.equal((await store.rotate('a')).number, 1);
      clock.ms += 1_000;
      const rotatedAt = '2026-03-28T12:00:31.000Z';
      assert.deepEqual(await store.rotate('a'), { number: 2, rotatedAt });
      assert.deepEqual(await store.generation('b'), { number: 0, rotatedAt: null });
    });

    test('a delivery that fails is tried again, later and later, and given up; each time it is signed', async () => {
      await using at = await scene();
      const { store, clock } = at;
      const sent: Parameters<Send>[0][] = [];
      const outcomes: string[] = [];
      const run = { id: 'run_1', finishedAt: null as string | null, json: '{"id":"run_1"}' };
      let answer: Sent = { status: 500, retryAfter: null };
      await store.expect('a', 'run_1', 'https://a.example/');
      await using deliverer = startDeliverer({
        webhooks: store,
        runs: { get: async () => run as StoredRun },
        send: async (message) => {
          sent.push(message);
          return answer;
        },
        root: Buffer.from('root'),
        keepMs: 30 * 86_400_000,
        log: { error: (facts, text) => assert.fail(`${text} ${JSON.stringify(facts)}`) },
        onAttempt: (outcome) => outcomes.push(outcome),
        wall: () => clock.ms,
        random: () => 0.5,
      });
      await until('it is looked at again later', async () => (await store.nextMs()) !== clock.ms);
      assert.equal(sent.length, 0);
      run.finishedAt = '2026-03-28T12:00:31.000Z';
      await store.ended('a', 'run_1');
      deliverer.wake();
      for (const [index, pauseMs] of pausesMs.entries()) {
        await until(`attempt ${index + 1} is written down`, () => outcomes.length === index + 1);
        assert.equal(await store.nextMs(), clock.ms + pauseMs);
        clock.ms += pauseMs;
        deliverer.wake();
      }
      await until('it is given up', () => outcomes.length === pausesMs.length + 1);
      assert.equal((await store.find('a', 'run_1'))?.state, 'failed');
      assert.equal(outcomes.filter((outcome) => outcome === 'retried').length, pausesMs.length);
      const [first, second] = sent;
      assert.ok(first !== undefined && second !== undefined);
      assert.equal(first.message.headers['webhook-id'], second.message.headers['webhook-id']);
      assert.notEqual(
        first.message.headers['webhook-signature'],
        second.message.headers['webhook-signature'],
      );
      answer = { status: 204, retryAfter: null };
      await store.replay('a', 'run_1');
      deliverer.wake();
      await until('it is delivered', () => outcomes.at(-1) === 'delivered');
    });

    test('where nothing could be sent no attempt is counted, and a store that is away ends nothing', async () => {
      await using at = await scene();
      const { store, clock } = at;
      await store.expect('a', 'run_1', 'https://a.example/');
      let isAway = true;
      let sends = 0;
      await using deliverer = startDeliverer({
        webhooks: store,
        runs: {
          get: async () => {
            if (isAway) throw new StorageFault('away');
            return { id: 'run_1', finishedAt: 'x', json: '{}' } as StoredRun;
          },
        },
        send: async () => (sends++ === 0 ? { busyMs: 1_000 } : { failed: 'no' }),
        root: Buffer.from('root'),
        keepMs: 1_000,
        log: { error: (_, text) => assert.fail(text) },
        wall: () => clock.ms,
      });
      isAway = false;
      deliverer.wake();
      await until('it has been tried', async () => (await store.nextMs()) === clock.ms + 1_000);
      assert.deepEqual((await store.find('a', 'run_1'))?.attempts, []);
      clock.ms += 1_000;
      deliverer.wake();
      await until('it is tried again', async () => {
        const [one] = (await store.find('a', 'run_1'))?.attempts ?? [];
        return one?.detail === 'no';
      });
    });
  });
}

test('Retry-After is honoured, within a day, and 410 ends it', () => {
  const mean = (): number => 0.5;
  const pause = (retryAfter: string | null, status = 503): number | null =>
    pauseOf(0, { status, retryAfter }, start, mean);
  assert.equal(pause(null), 5_000);
  assert.equal(pause('60'), 60_000);
  assert.equal(pause('1'), 5_000);
  assert.equal(pause(new Date(start + 90_000).toUTCString()), 90_000);
  assert.equal(pause('999999999'), longestPauseMs);
  for (const wrong of ['-1', 'soon', '1e9', '99999999999999999999'])
    assert.equal(pause(wrong), 5_000);
  assert.equal(pause('60', 410), null);
  assert.equal(pauseOf(pausesMs.length, { failed: 'x' }, start, mean), null);
  assert.deepEqual(
    [0, 1].map((share) => pauseOf(0, { failed: 'x' }, start, () => share)),
    [4_000, 6_000],
  );
});

test('secrets are of one tenant and one generation, and the one before ends after a day', () => {
  const root = Buffer.from('root');
  const of = (tenant: string, number: number, rotatedAt: string | null, ms = start) =>
    secretsOf(root, tenant, { number, rotatedAt }, ms);
  const first = of('a', 0, null);
  assert.match(first.newest, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.equal(first.previous, null);
  assert.notEqual(first.newest, of('b', 0, null).newest);
  const at = new Date(start).toISOString();
  const next = of('a', 1, at, start + overlapMs - 1);
  assert.equal(next.previous?.secret, first.newest);
  assert.equal(of('a', 1, at, start + overlapMs).previous, null);
  const { headers } = signed('whd_1', '{}', next, start);
  assert.match(headers['webhook-signature'] ?? '', /^v1,\S{44} v1,\S{44}$/);
});

test('a message that is too long leaves out what can be read elsewhere, and says so', () => {
  const message = (run: object) =>
    JSON.parse(messageOf({ finishedAt: 't', json: JSON.stringify(run) } as StoredRun)) as {
      omitted?: string[];
      data: Record<string, unknown>;
    };
  const long = 'x'.repeat(mostBytes);
  const small = {
    id: 'run_1',
    status: 'failed',
    reason: 'r',
    logs: [1],
    value: 2,
    error: { a: 1 },
  };
  assert.deepEqual(message(small), { type: 'run.finished', timestamp: 't', data: small });
  assert.deepEqual(message({ ...small, logs: [long] }).omitted, ['logs']);
  assert.deepEqual(message({ ...small, value: long }).omitted, ['logs', 'value']);
  assert.deepEqual(message({ ...small, error: long }).omitted, ['logs', 'value', 'error']);
  const least = message({ ...small, labels: long });
  assert.deepEqual(least.data, { id: 'run_1', status: 'failed', reason: 'r' });
});
