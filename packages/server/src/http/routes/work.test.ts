// Whoever holds a worker's key speaks for the runs that it was given, and for nothing else.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Run, RunEvent } from '@castellan/protocol';
import { until } from '../../../../../test/shared/until.support.ts';
import type { HandedRun } from '../../runs/contract/work.ts';
import { allEvents } from '../../runs/open.support.ts';
import { artifactEvent } from '../scripted-launch.support.ts';
import { startService, type TestService } from '../service.support.ts';
import { testOffer, testPolicy } from '../test-policy.support.ts';
import { hashOf, rawWorker, type RawWorker } from '../worker-client.support.ts';

/** No launcher: workers alone take runs. Whoever waits for an errand does so for a moment. */
const leaseMs = 300;
const placement = { labels: {}, requests: ['zone'] };
const policies = new Map([
  ['default', { ...testPolicy, placement }],
  ['other', { ...testPolicy, name: 'other' }],
  ['helping', { ...testPolicy, name: 'helping' }],
  ['keeping', { ...testPolicy, name: 'keeping', kv: true }],
]);
/** Helpers are functions of the service's own launcher, as kv is. */
const offerOf = (name: string) => ({ ...testOffer, helpers: name === 'helping' ? ['f'] : [] });
let service: TestService;
before(async () => {
  service = await startService({ policies, offerOf, leaseMs }, 0);
});
after(() => service[Symbol.asyncDispose]());

async function submit(body: object = {}, of = service): Promise<Run> {
  const answer = await of.inject({
    method: 'POST',
    url: '/v1/runs',
    headers: of.bearer({ policies: ['default', 'other'] }),
    payload: { code: '1', ...body },
  });
  assert.equal(answer.status, 202, answer.text);
  return answer.body as unknown as Run;
}

async function read(id: string): Promise<Run> {
  const found = await service.runs.get(null, id);
  return JSON.parse(found?.json ?? 'null') as Run;
}

/** A run that was submitted, in the hands of that worker. */
async function given(worker: RawWorker, body: object = {}): Promise<HandedRun> {
  const { id } = await submit(body);
  const [handed] = await worker.take();
  assert.equal(handed?.run.id, id);
  return handed;
}

const line = (text: string) => ({ type: 'log', stream: 'stdout', level: 'info', text }) as const;
const started = { type: 'run.started' } as const;

test('a worker is given a run, and what it tells of it is what clients read', async () => {
  const worker = rawWorker(service);
  const handed = await given(worker, { params: { a: 1 } });
  assert.equal(handed.run.input.params, '{"a":1}');
  const { id, firstSeq } = handed.run;
  const bytes = Buffer.from('one');
  const event = artifactEvent(id, 'a.txt', bytes, hashOf(bytes));
  assert.ok(event.type === 'artifact');
  assert.equal((await worker.put(handed, event.artifact.id, bytes)).status, 200);
  const told = await worker.tell(handed, started, line('hello'), event);
  assert.deepEqual(told.body, { nextSeq: firstSeq + 3, isOver: false });
  const end = await worker.finish(handed, firstSeq + 3, { b: [2] });
  assert.deepEqual(end.body, { nextSeq: firstSeq + 4, isOver: true });
  const run = await read(id);
  assert.deepEqual(
    [run.status, run.value, run.attempt, run.logs.map(({ text }) => text)],
    ['succeeded', { b: [2] }, 1, ['hello']],
  );
  const artifact = await service.inject({
    url: run.artifacts[0]?.url ?? '',
    headers: service.bearer(),
  });
  assert.equal(artifact.text, 'one');
});

test('a worker reads no run, also none that it has', async () => {
  const worker = rawWorker(service);
  const handed = await given(worker);
  const path = `/v1/runs/${handed.run.id}`;
  for (const url of [path, `${path}/events`, `${path}/network`, '/v1/runs', '/v1/admin/overview']) {
    const { status, body } = await service.inject({ url, headers: worker.headers });
    assert.deepEqual([url, status, body['code']], [url, 403, 'scope_missing']);
  }
  await worker.finish(handed, handed.run.firstSeq);
});

test('a key without the scope takes no run, and none does without a key', async () => {
  await rawWorker(service).lease();
  const lease = await rawWorker(service, { scopes: ['runs:read', 'runs:write', 'admin'] }).lease();
  assert.equal(lease.body['code'], 'scope_missing');
  const { status } = await service.inject({ url: '/v1/work/policies' });
  assert.equal(status, 401);
});

test('nobody speaks for a run under another token, or for that of another worker', async () => {
  const owner = rawWorker(service, {}, '1'.repeat(32));
  // Another key, and the very name of the other process.
  const thief = rawWorker(service, {}, '1'.repeat(32));
  const stranger = rawWorker(service);
  const handed = await given(owner);
  const waiting = await submit({ policy: 'other' });
  const { lease, run } = handed;
  const bytes = Buffer.from('x');
  const id = `art_${'1'.repeat(32)}`;
  const forged: readonly (readonly [RawWorker, HandedRun])[] = [
    [thief, handed],
    [stranger, handed],
    [owner, { run, lease: lease - 1 }],
    [owner, { run, lease: lease + 1 }],
    [owner, { run: { ...run, id: waiting.id }, lease: 0 }],
    [owner, { run: { ...run, id: `run_${'0'.repeat(32)}` }, lease }],
    [owner, { run: { ...run, id: 'run_nothing' }, lease }],
  ];
  for (const [worker, of] of forged) {
    for (const act of [
      () => worker.finish(of, of.run.firstSeq, 'forged'),
      () => worker.tell(of, started),
      () => worker.fail(of, 'lost'),
      () => worker.put(of, id, bytes),
    ]) {
      const { status, body } = await act();
      assert.deepEqual([status, body['code']], [409, 'lease_lost']);
    }
  }
  assert.deepEqual(
    [(await read(run.id)).status, (await read(waiting.id)).status],
    ['running', 'queued'],
  );
  assert.equal(existsSync(join(service.folder, 'artifacts', run.id)), false);
  assert.equal((await owner.finish(handed, run.firstSeq, 'own')).status, 200);
  assert.equal((await read(run.id)).value, 'own');
  // It has ended once and for all.
  assert.equal((await owner.finish(handed, run.firstSeq, 'again')).body['code'], 'lease_lost');
  await service.runs.cancel(null, waiting.id);
});

test('events count once, in their order, and only those of the run', async () => {
  const worker = rawWorker(service);
  const handed = await given(worker);
  const { firstSeq, id } = handed.run;
  await worker.tell(handed, started, line('one'));
  const again = await worker.tell(handed, started, line('another'), line('two'));
  assert.equal(again.body['nextSeq'], firstSeq + 3);
  const gap = await worker.tell(handed, { ...line('four'), seq: firstSeq + 4 });
  assert.equal(gap.body['code'], 'event_out_of_order');
  const other = { ...handed.run, id: `run_${'2'.repeat(32)}` };
  const swapped = await worker.post(handed, Buffer.from('no frame'));
  assert.equal(swapped.body['code'], 'malformed_request');
  const asOther = await worker.finish({ ...handed, run: { ...other } }, firstSeq + 3);
  assert.equal(asOther.body['code'], 'lease_lost');
  await worker.finish(handed, firstSeq + 3);
  const texts = (await allEvents(service.runs, id)).flatMap((event) =>
    event.type === 'log' ? event.text : [],
  );
  assert.deepEqual(texts, ['one', 'two']);
});

test('a flood of events ends where the limits of the run do', async () => {
  const worker = rawWorker(service);
  const limits = { outputBytes: 1_024, valueBytes: 1_024, networkRequests: 0 };
  const handed = await given(worker, { limits });
  const { firstSeq, id } = handed.run;
  await worker.tell(handed, started);
  const long = 'x'.repeat(2 ** 20);
  let seq = firstSeq + 1;
  let answer = await worker.tell(handed, { ...line(long), seq: seq++ });
  for (let n = 0; answer.status === 200 && n < 16; n++) {
    answer = await worker.tell(handed, { ...line(long), seq: seq++ });
  }
  assert.deepEqual([answer.status, answer.body['code']], [413, 'payload_too_large']);
  const kept = (await service.runs.get(null, id))?.json.length ?? 0;
  assert.ok(kept < 6 * 2 ** 20, `${kept} characters`);
  await worker.fail(handed, 'lost');
});

test('an artifact is there whole, as announced, or not at all', async () => {
  const worker = rawWorker(service);
  const handed = await given(worker, { limits: { artifactBytes: 1_000 } });
  const { firstSeq, id: run } = handed.run;
  const folder = join(service.folder, 'artifacts', run);
  const bytes = Buffer.from('the bytes');
  const event = artifactEvent(run, 'a.txt', bytes, hashOf(bytes));
  assert.ok(event.type === 'artifact');
  const { id } = event.artifact;
  await worker.tell(handed, started);
  const tellIt = () => worker.tell(handed, { ...event, seq: firstSeq + 1 });

  const wrong = await worker.put(handed, id, bytes, hashOf(Buffer.from('others')));
  assert.deepEqual([wrong.status, wrong.body['code']], [422, 'artifact_broken']);
  assert.deepEqual(readdirSync(folder), []);
  assert.equal((await tellIt()).body['code'], 'artifact_missing');

  // Cut off on its way.
  const url = new URL(await service.app.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  const head = {
    host: url.host,
    ...worker.headers,
    'castellan-lease': String(handed.lease),
    'castellan-sha256': hashOf(bytes),
    'content-type': 'application/octet-stream',
    'content-length': String(bytes.length),
  };
  const lines = Object.entries(head).map((each) => each.join(': '));
  const path = `/v1/work/runs/${run}/artifacts/${id}`;
  socket.write([`PUT ${path} HTTP/1.1`, ...lines, '', 'the b'].join('\r\n'));
  await until('half of it is there', () => readdirSync(folder).length === 1);
  socket.destroy();
  await until('nothing of it is left', () => readdirSync(folder).length === 0);

  // Others than those of the event.
  assert.equal((await worker.put(handed, id, Buffer.from('not them!'))).status, 200);
  assert.equal((await tellIt()).body['code'], 'artifact_missing');
  assert.equal((await worker.put(handed, id, bytes)).status, 200);
  assert.equal((await tellIt()).status, 200);
  const large = await worker.put(handed, `art_${'3'.repeat(32)}`, Buffer.alloc(2 ** 26 + 10_000));
  assert.equal(large.status, 413);
  const escaping = await service.inject({
    method: 'PUT',
    url: `/v1/work/runs/${run}/artifacts/..%2F..%2Fkeys.sqlite`,
    headers: { ...worker.headers, 'content-type': 'application/octet-stream' },
    payload: bytes,
  });
  assert.equal(escaping.status, 422);
  await worker.finish(handed, firstSeq + 2);
  assert.deepEqual(
    (await read(run)).artifacts.map(({ name, sha256 }) => [name, sha256]),
    [['a.txt', hashOf(bytes)]],
  );
});

test('what the service knows better is not taken from a worker', async () => {
  const worker = rawWorker(service);
  const handed = await given(worker);
  const { id, firstSeq, limits } = handed.run;
  const bytes = Buffer.from('x');
  const event = artifactEvent(id, 'x.png', bytes, hashOf(bytes));
  assert.ok(event.type === 'artifact');
  await worker.put(handed, event.artifact.id, bytes);
  const image = { width: 1, height: 1, broken: false };
  const artifact = { ...event.artifact, url: 'https://elsewhere.example/', image };
  await worker.tell(
    handed,
    { ...started, time: '2999-01-01T00:00:00.000Z' },
    { ...line('from the past'), time: '1970-01-01T00:00:00.000Z' },
    { ...line('at no time'), time: 'soon' },
    { type: 'artifact', artifact },
  );
  await worker.finish(
    { ...handed, run: { ...handed.run, tenant: 'x', policy: 'y' } },
    firstSeq + 4,
  );
  const run = await read(id);
  const now = new Date().toISOString();
  const events: RunEvent[] = await allEvents(service.runs, id);
  for (const { time } of events) assert.ok(time >= run.createdAt && time <= now, time);
  assert.deepEqual([run.tenant, run.policy, run.limits], ['acme', 'default', limits]);
  assert.equal(run.artifacts[0]?.url, `/v1/runs/${id}/artifacts/x.png`);
  assert.equal(run.artifacts[0]?.image, undefined);
});

test('a key gives the policies that it is bound to, and the runs of those', async () => {
  const worker = rawWorker(service, { policies: ['other', 'helping', 'keeping'] });
  const answer = await service.inject({ url: '/v1/work/policies', headers: worker.headers });
  const offered = answer.body['policies'] as unknown as readonly { name: string }[];
  assert.deepEqual(
    offered.map(({ name }) => name),
    ['other'],
  );
  const { id } = await submit();
  const claimed = { policies: { default: ['bubblewrap'], other: ['bubblewrap'] } };
  assert.deepEqual(await worker.take(claimed), []);
  assert.equal((await read(id)).status, 'queued');
  await service.runs.cancel(null, id);
});

test('labels and drivers that a run asks for are those of its worker', async () => {
  const here = rawWorker(service);
  const asked = await submit({ placement: { labels: { zone: 'eu' } } });
  const driven = await submit({ isolation: 'bubblewrap' });
  assert.deepEqual(await here.take({ labels: { zone: 'us' }, policies: { default: [] } }), []);
  const [placed] = await here.take({
    labels: { zone: 'eu', gpu: 'no' },
    policies: { default: [] },
  });
  assert.equal(placed?.run.id, asked.id);
  const [tried] = await here.take({ holds: [asked.id] });
  assert.equal(tried?.run.id, driven.id);
  for (const handed of [placed, tried]) await here.finish(handed, handed.run.firstSeq);
  const refused = await service.inject({
    method: 'POST',
    url: '/v1/runs',
    headers: service.bearer(),
    payload: { code: '1', placement: { labels: { rack: '7' } } },
  });
  assert.match(refused.text, /rack=7.* is not offered by the policy .*zone=…/);
});

test('a run whose answer was lost is given again, and one that has started is not', async () => {
  const worker = rawWorker(service);
  const handed = await given(worker, { retry: { maxAttempts: 1 } });
  // It may be in an answer that the worker has not read yet.
  assert.deepEqual(await worker.take({ free: 0, open: [1] }), []);
  const [again] = await worker.take({ free: 0 });
  assert.deepEqual(again, handed);
  await worker.tell(handed, started);
  assert.deepEqual(await worker.take({ free: 0, open: [1, 2, 3] }), []);
  assert.equal((await read(handed.run.id)).status, 'running');
  // It says that it has no run: its script has started, so nobody starts it again.
  assert.deepEqual(await worker.take({ free: 0 }), []);
  const run = await service.runs.ended(null, handed.run.id, AbortSignal.timeout(5_000));
  assert.match(run?.json ?? '', /"reason":"worker_lost"/);
});

test('a worker is told once what to kill, and reports the end', async () => {
  const worker = rawWorker(service);
  const handed = await given(worker);
  const { id } = handed.run;
  await worker.tell(handed, started);
  await service.runs.cancel('acme', id);
  assert.deepEqual(await worker.cancelled([id]), [id]);
  assert.deepEqual(await worker.cancelled([id]), []);
  await worker.fail(handed, 'lost');
  assert.equal((await read(id)).status, 'cancelled');
});

test('a worker of another version is told what to install', async () => {
  const { status, body } = await rawWorker(service).lease({ version: '0.0.1' });
  assert.deepEqual([status, body['code']], [409, 'worker_version']);
  assert.match(body['detail'] ?? '', /is Castellan 0\.0\.1, .*install castellan@\d/);
});

test('a run that its worker holds and does not begin is taken from it after two minutes', async (t) => {
  const late: (() => void)[] = [];
  const own = globalThis.setTimeout;
  t.mock.method(globalThis, 'setTimeout', (call: () => void, ms: number) => {
    if (ms === 120_000) late.push(call);
    return own(call, ms);
  });
  const [idle, other] = [rawWorker(service), rawWorker(service)];
  const handed = await given(idle);
  assert.equal(late.length, 1);
  late[0]?.();
  const [again] = await other.take();
  assert.equal(again?.run.id, handed.run.id);
  assert.ok(again.lease > handed.lease);
  assert.equal((await idle.tell(handed, started)).body['code'], 'lease_lost');
  await other.finish(again, again.run.firstSeq, 'done');
  assert.equal((await read(handed.run.id)).value, 'done');
});
