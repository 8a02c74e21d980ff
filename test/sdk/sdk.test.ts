// The client of the service, from a program: against a real service, also over a way that fails.
import { CastellanError, createClient, type RunEvent } from '@castellan/sdk';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { until } from '../shared/until.support.ts';
import { type Service, startService } from '../service/service.support.ts';
import { type Fate, FlakyWay } from './flaky.support.ts';

let service: Service;
before(async () => {
  const limits = { wallMs: 20_000 };
  const config = { keys: { anonymousPolicy: 'default' }, policies: { default: { limits } } };
  service = await startService({ config });
});
after(() => service[Symbol.asyncDispose]());

async function all(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const list: RunEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

test('a run is submitted, followed to its end, and read', async () => {
  const castellan = createClient({ url: service.url });
  const run = await castellan.runs.create({
    code: `console.log('hi'); progress(0.5, 'half');
      await artifacts.write('größe 1.txt', 'text'); return { n: params.n + 1 };`,
    params: { n: 1 },
    labels: { job: 'sdk' },
  });
  assert.match(run.id, /^run_/);
  const events = await all(run.events());
  assert.deepEqual(
    events.map(({ type }) => type),
    ['run.queued', 'run.started', 'log', 'progress', 'artifact', 'run.finished'],
  );
  assert.deepEqual(
    events.map(({ seq }) => seq),
    [1, 2, 3, 4, 5, 6],
  );
  assert.deepEqual(
    (await all(run.events({ after: 4 }))).map(({ seq }) => seq),
    [5, 6],
  );
  const { status, value, labels } = await run.result();
  assert.deepEqual([status, value, labels], ['succeeded', { n: 2 }, { job: 'sdk' }]);
  assert.equal(new TextDecoder().decode(await run.artifact('größe 1.txt')), 'text');
  const { token, expiresAt } = await run.token();
  assert.ok(token.length > 20 && Date.parse(expiresAt) > Date.now());

  const again = await castellan.runs.get(run.id);
  assert.deepEqual((await again.result()).value, { n: 2 });
  const { items } = await castellan.runs.list({ label: 'job=sdk', status: 'succeeded' });
  assert.deepEqual(
    items.map(({ id }) => id),
    [run.id],
  );
});

test('a script that fails is a result, and a wait may be part of the submission', async () => {
  const castellan = createClient({ url: service.url });
  const run = await castellan.runs.create({ code: 'throw new Error("no")' }, { waitS: 20 });
  assert.equal(run.status, 'failed');
  assert.equal((await run.result()).error?.message, 'no');
});

test('runs are cancelled, once', async () => {
  const castellan = createClient({ url: service.url });
  const run = await castellan.runs.create({ code: 'setInterval(() => {}, 1000)' });
  await run.cancel();
  assert.equal((await run.result()).status, 'cancelled');
  await assert.rejects(run.cancel(), { code: 'run_ended', status: 409 });
});

test('a script is stored for others, opened, and removed', async () => {
  const castellan = createClient({ url: service.url });
  const request = { files: { 'a.ts': 'return params' }, entry: 'a.ts', params: [1], stdin: 'x' };
  const share = await castellan.shares.create(request);
  assert.ok(Date.parse(share.expiresAt) > Date.parse(share.createdAt));
  assert.deepEqual(await castellan.shares.get(share.id), { ...share, request });
  await castellan.shares.remove(share.id);
  await assert.rejects(castellan.shares.get(share.id), { code: 'not_found', status: 404 });
});

test('functions are deployed, called by name, changed and deleted', async () => {
  const { functions, runs } = createClient({ url: service.url });
  const schema = { type: 'object', required: ['n'] };
  const code = 'export default ({ n }) => n + 1';
  const first = await functions.put('next', { code, schema, description: 'adds 1' });
  assert.deepEqual([first.version.version, first.problems], [1, []]);
  const two = code.replace('1', '2');
  const { version } = await functions.put('next', { code: two, live: false });
  const run = await functions.invoke('next', { n: 1 }, { waitS: 20, labels: { a: 'b' } });
  assert.deepEqual([(await run.result()).value, run.labels['castellan/version']], [2, '1']);
  const other = await functions.invoke('next', { n: 1 }, { version: version.version });
  assert.equal((await other.result()).value, 3);
  const answer = await functions.call('next', { n: 4 });
  assert.deepEqual([answer.value, answer.recorded], [5, true]);
  await assert.rejects(functions.call('next', { n: 4 }, { record: 'none' }), {
    code: 'not_supported',
    message: /Allowed: all/,
  });
  await assert.rejects(functions.invoke('next', {}), { code: 'invalid_request', status: 422 });
  await assert.rejects(functions.put('next', { code: 'let a = ;' }), {
    code: 'script_refused',
    line: 1,
  });
  const tried = await functions.setAlias('next', 'canary', { version: 2, percent: 100 });
  assert.deepEqual(tried.aliases['canary'], { version: 2, percent: 100 });
  const canary = await functions.invoke('next', { n: 1 }, { waitS: 20, versionKey: 'user 1' });
  assert.equal((await canary.result()).value, 3);
  assert.equal((await functions.deleteAlias('next', 'canary')).aliases['canary'], undefined);
  await functions.setAlias('next', 'live', { version: 2 });
  assert.equal((await functions.rollback('next')).aliases['live']?.version, 1);
  assert.equal((await functions.version('next', 2)).definition.live, undefined);
  assert.deepEqual(
    (await functions.versions('next')).map((each) => each.version),
    [2, 1],
  );
  assert.equal((await functions.get('next')).newest, 2);
  assert.equal((await functions.list({ limit: 1 })).items[0]?.name, 'next');
  const { items } = await runs.list({ label: 'castellan/function=next' });
  assert.equal(items.length, 4);
  await functions.delete('next');
  await assert.rejects(functions.get('next'), { code: 'not_found' });
});

test('check says what is wrong with a script', async () => {
  const castellan = createClient({ url: service.url });
  const [problem] = await castellan.check({ code: '\nlet a = ;' });
  assert.deepEqual([problem?.code, problem?.line], ['syntax_error', 2]);
});

test('errors carry what the problem of the service says', async () => {
  const castellan = createClient({ url: service.url, retries: 0 });
  let requestId: string | null = null;
  await assert.rejects(
    castellan.runs.create({ code: '1', limits: { wallMs: 'x' as never } }),
    (error) => {
      assert.ok(error instanceof CastellanError);
      assert.deepEqual([error.status, error.code], [422, 'invalid_request']);
      assert.deepEqual(
        error.errors.map(({ pointer }) => pointer),
        ['/limits/wallMs'],
      );
      assert.match(error.message, /wallMs/);
      requestId = error.requestId;
      return true;
    },
  );
  await until('the log names the request', () =>
    service.log.some((line) => requestId !== null && line.includes(requestId)),
  );
  await assert.rejects(castellan.runs.get(`run_${'0'.repeat(32)}`), {
    code: 'not_found',
    status: 404,
  });
  await assert.rejects(createClient({ url: service.url, key: 'wrong', retries: 0 }).runs.list(), {
    status: 401,
    code: 'unauthorized',
  });
});

test('an answer that is lost starts nothing twice', async () => {
  await using way = await new FlakyWay(service.url).open();
  way.fates.push('lose the answer', { status: 503, headers: { 'retry-after': '0' } });
  const castellan = createClient({ url: way.url });
  const run = await castellan.runs.create({ code: 'return 7', labels: { lost: 'once' } });
  assert.equal((await run.result()).value, 7);
  assert.deepEqual(way.seen.slice(0, 3), ['POST /v1/runs', 'POST /v1/runs', 'POST /v1/runs']);
  assert.equal((await castellan.runs.list({ label: 'lost' })).items.length, 1);
});

test('events go on where the stream broke, each of them once', async () => {
  await using way = await new FlakyWay(service.url).open();
  const castellan = createClient({ url: way.url });
  const run = await castellan.runs.create({
    code: 'for (let i = 0; i < 300; i++) { console.log(i); if (i % 50 === 0) await new Promise((r) => setTimeout(r, 5)); }',
  });
  way.fates.push({ cutAfter: 3_000 }, { cutAfter: 8_000 }, { status: 503 }, { cutAfter: 20_000 });
  const events = await all(run.events());
  assert.deepEqual(
    events.map(({ seq }) => seq),
    Array.from(events, (_, index) => index + 1),
  );
  assert.equal(events.filter(({ type }) => type === 'log').length, 300);
  assert.ok(way.seen.filter((line) => line.includes('/events')).length > 4);
});

test('retries end, and a service that is away for long is not waited for', async () => {
  await using way = await new FlakyWay(service.url).open();
  const soon: Fate = { status: 503, headers: { 'retry-after': '0' } };
  way.fates.push(soon, soon, soon, { status: 429, headers: { 'retry-after': '3600' } });
  const castellan = createClient({ url: way.url, retries: 2 });
  await assert.rejects(castellan.runs.list(), { status: 503, retryAfterMs: 0 });
  assert.equal(way.seen.length, 3);
  await assert.rejects(castellan.runs.list(), { status: 429, retryAfterMs: 3_600_000 });
  assert.equal(way.seen.length, 4);
});

test('an abort ends a wait, and is told as itself', async () => {
  const castellan = createClient({ url: service.url });
  const run = await castellan.runs.create({ code: 'setInterval(() => {}, 1000)' });
  const reason = new Error('enough');
  const stop = new AbortController();
  const waiting = run.result({ signal: stop.signal });
  for await (const event of run.events()) if (event.type === 'run.started') break;
  stop.abort(reason);
  await assert.rejects(waiting, reason);
  await run.cancel();
});

test('no answer, and one that no Castellan gives, are told apart', async () => {
  const other = createServer((_asked, answer) => answer.end('<h1>A shop</h1>'));
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address() as AddressInfo;
  const castellan = createClient({ url: `http://127.0.0.1:${port}`, retries: 0 });
  await assert.rejects(castellan.runs.list(), { code: 'broken_answer', status: 200 });
  other.closeAllConnections();
  other.close();
  await once(other, 'close');
  await assert.rejects(castellan.runs.list(), {
    code: 'unreachable',
    status: 0,
    message: new RegExp(`127\\.0\\.0\\.1:${port} cannot be reached: .*ECONNREFUSED`),
  });
});

test('options that cannot be used are refused with their value', () => {
  assert.throws(() => createClient({ url: 'castellan.example' }), /not "castellan.example"/);
  assert.throws(() => createClient({ url: service.url, retries: -1 }), /not -1/);
});

test('a client may be given the fetch that it uses, and a path before /v1', async () => {
  const asked: string[] = [];
  const castellan = createClient({
    url: 'http://127.0.0.1:1/castellan',
    key: 'secret',
    fetch: async (url, options) => {
      const { href } = new URL(url instanceof Request ? url.url : url);
      asked.push(`${href} ${new Headers(options?.headers).get('authorization')}`);
      return Response.json({ items: [], nextCursor: null });
    },
  });
  assert.deepEqual(await castellan.runs.list({ limit: 5 }), { items: [], nextCursor: null });
  assert.deepEqual(asked, ['http://127.0.0.1:1/castellan/v1/runs?limit=5 Bearer secret']);
});
