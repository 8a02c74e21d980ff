// What a client sends costs in proportion to what is known of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readRun } from '../runs/open.support.ts';
import { until } from '../../../../test/shared/until.support.ts';
import { defaultRates } from './limits/options.ts';
import { problemSchema } from './schemas/answers.ts';
import { startService } from './service.support.ts';
import { testOffer, testPolicy } from './test-policy.support.ts';

const Mi = 2 ** 20;
const json = { 'content-type': 'application/json' };
const submit = { method: 'POST', url: '/v1/runs', headers: json } as const;
const empty = (bytes: number): string => `[${'{},'.repeat(bytes / 3)}0]`;

/** The longest text that JSON.parse and JSON.stringify have read and written, in characters. */
function watchJson(t: import('node:test').TestContext): () => number {
  const parse = t.mock.method(JSON, 'parse');
  const stringify = t.mock.method(JSON, 'stringify');
  return () =>
    Math.max(
      ...parse.mock.calls.map(({ arguments: [text] }) => text.length),
      ...stringify.mock.calls.map(({ result }) => String(result).length),
    );
}

test('params are text from the body to the submission', async () => {
  await using service = await startService();
  const params = empty(Mi / 2);
  const payload = `{"code":"1","params":${params}}`;
  assert.equal((await service.inject({ ...submit, payload })).status, 202);
  assert.equal(service.submissions[0]?.input.params, params);
});

test('params above the limit of the policy are refused without being parsed', async (t) => {
  await using service = await startService();
  const longest = watchJson(t);
  const payload = `{"code":"1","params":${empty(Mi + 3)}}`;
  const { status, text } = await service.inject({ ...submit, payload });
  assert.deepEqual([status, /paramsBytes is 1048576/.test(text)], [413, true]);
  assert.ok(longest() < 10_000, `${longest()} characters`);
});

for (const [what, body, status] of [
  ['10,000 labels', { labels: entries(10_000) }, 413],
  ['10,000 variables', { env: entries(10_000) }, 413],
  ['10,000 files', { files: entries(10_000), entry: 'a.js' }, 413],
  ['2,000 files', { files: entries(2_000), entry: 'a.js' }, 422],
  ['4,000 unknown fields', entries(4_000), 422],
  ['a million hosts', { network: { allow: Array(1_000_000).fill('a') } }, 413],
  ['an unknown list of empty objects', { x: Array.from({ length: 100_000 }, () => ({})) }, 413],
  [
    'an unknown field of a depth of 98',
    { x: JSON.parse('['.repeat(98) + ']'.repeat(98)) as unknown },
    422,
  ],
] as const) {
  test(`a body with ${what} is refused with ${status} in a short answer`, async () => {
    await using service = await startService();
    const payload = JSON.stringify({ code: '1', ...(body as object) });
    const answer = await service.inject({ ...submit, payload });
    assert.equal(answer.status, status, answer.text);
    assert.ok(answer.text.length < 20_000, `${answer.text.length} characters`);
    assert.equal(service.submissions.length, 0);
  });
}

function entries(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}.js`, '']));
}

test('every list and object of a request may be as long as its own bound', async () => {
  const network = { allow: ['*'] };
  const policies = new Map([['default', { ...testPolicy, network }]]);
  const offerOf = () => ({ ...testOffer, modules: ['m'] });
  await using service = await startService({ policies, offerOf });
  const named = (count: number): object =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, 'x']));
  const payload = JSON.stringify({
    files: { ...entries(999), 'main.js': '1' },
    entry: 'main.js',
    labels: named(32),
    env: named(100),
    modules: Array(500).fill('m'),
    network: { allow: Array(500).fill('example.com') },
    params: Array(100_000).fill(1),
  });
  const { status, text } = await service.inject({ ...submit, payload });
  assert.equal(status, 202, text);
});

for (const [what, body, pointer] of [
  ['a number too large for JavaScript', '"code":"1","params":{"a":[1,1e400]}', '/params/a/1'],
  ['an entry that is data', '"files":{"a.json":"1","b.js":"1"},"entry":"a.json"', '/entry'],
  ['a host with a blank', '"code":"1","network":{"allow":["a.example","a b"]}', '/network/allow/1'],
  ['a URL for a host', '"code":"1","network":{"allow":["https://a.example"]}', '/network/allow/0'],
  ['a port of a database', '"code":"1","network":{"allow":["a.example:6379"]}', '/network/allow/0'],
  ['an address for a suffix', '"code":"1","network":{"allow":["*.1.2.3.4"]}', '/network/allow/0'],
] as const) {
  test(`${what} is refused with 422, before it is queued`, async () => {
    const policies = new Map([['default', { ...testPolicy, network: { allow: ['*'] } }]]);
    await using service = await startService({ policies });
    const answer = await service.inject({ ...submit, payload: `{${body}}` });
    assert.equal(answer.status, 422, answer.text);
    assert.equal(answer.body['code'], 'invalid_request');
    const { errors } = problemSchema.parse(answer.body);
    assert.equal(errors?.[0]?.pointer, pointer);
    assert.equal(service.submissions.length, 0);
  });
}

test('requests that wait for their runs hold no memory of bodies', async () => {
  await using service = await startService({ rates: { ...defaultRates, bodyBytes: 300_000 } }, 0);
  const payload = JSON.stringify({ code: '1', params: 'x'.repeat(250_000) });
  const headers = { ...json, prefer: 'wait=60' };
  const answers = [];
  for (let at = 1; at <= 5; at++) {
    answers.push(service.inject({ ...submit, payload, headers }));
    await until('it is submitted', () => service.submissions.length === at);
  }
  await service.app.close();
  for (const { status } of await Promise.all(answers)) assert.equal(status, 202);
});

test('a body counts until its script has been checked, and other tenants do not wait for it', async () => {
  const checks: (() => void)[] = [];
  const check = () => new Promise<never[]>((resolve) => checks.push(() => resolve([])));
  // A share is a quarter of the bytes here, since the largest body is smaller than that.
  const policies = new Map([['default', { ...testPolicy, ceilings: testPolicy.limits }]]);
  await using service = await startService({
    policies,
    check,
    rates: { ...defaultRates, bodyBytes: 2 ** 25 },
  });
  let sent = 0;
  const send = (headers: object) => {
    const payload = JSON.stringify({ code: `import 'x${sent++}';${' '.repeat(900_000)}` });
    return service.inject({ ...submit, payload, headers: { ...json, ...headers } });
  };
  const loud = service.bearer({ tenant: 'loud' });
  const answers = Array.from({ length: 12 }, () => send(loud));
  await until('its share is used', () => checks.length === 9);
  for (let turn = 0; turn < 100; turn++) await nextTurn();
  assert.equal(checks.length, 9, 'the share holds');
  answers.push(send(service.bearer({ tenant: 'calm' })));
  await until('the other is checked', () => checks.length === 10);
  for (let at = 0; at < 13; at++) {
    await until('the next is checked', () => checks.length > at);
    checks[at]?.();
  }
  for (const { status } of await Promise.all(answers)) assert.equal(status, 202);
});

test('a value, lines and artifacts are sent as they are stored, neither parsed nor written again', async (t) => {
  await using service = await startService();
  const { body } = await service.inject({ ...submit, payload: '{"code":"1"}' });
  const id = String(body['id']);
  await service.launcher.started(id);
  const value = JSON.parse(empty(Mi / 2)) as [];
  const line = {
    type: 'log',
    stream: 'stdout',
    level: 'info',
    text: 'x"\n'.repeat(10_000),
  } as const;
  for (let at = 0; at < 20; at++) service.launcher.say(id, line);
  service.launcher.finish(id, { value });
  const ended = readRun(await service.runs.ended(null, id, AbortSignal.timeout(5_000)));
  const longest = watchJson(t);
  const answer = await service.inject({ url: `/v1/runs/${id}` });
  const url = await service.app.listen({ port: 0, host: '127.0.0.1' });
  const events = await (await fetch(`${url}/v1/runs/${id}/events`)).text();
  assert.ok(longest() < 10_000, `${longest()} characters`);
  t.mock.reset();
  assert.deepEqual(answer.body, ended);
  assert.deepEqual([ended?.logs.length, ended?.logs[0]?.text], [20, line.text]);
  assert.deepEqual(ended?.value, value);
  const last = /event: run\.finished\ndata: (.*)\n/.exec(events)?.[1] ?? '{}';
  assert.deepEqual(JSON.parse(last), ended);
});

test('a page of runs that failed with long stacks ends early, and none is left out', async () => {
  await using service = await startService({}, 20);
  const stack = 'x'.repeat(200_000);
  const error = { name: 'E', message: '', stack, file: null, line: null, column: null };
  const ids: string[] = [];
  for (let at = 0; at < 15; at++) {
    const { body } = await service.inject({ ...submit, payload: '{"code":"1"}' });
    ids.unshift(String(body['id']));
    await service.launcher.started(ids[0] ?? '');
    service.launcher.finish(ids[0] ?? '', {
      status: 'failed',
      reason: 'uncaught_exception',
      error,
    });
    await service.runs.ended(null, ids[0] ?? '', AbortSignal.timeout(5_000));
  }
  const seen: string[] = [];
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages++) {
    const url: string = `/v1/runs?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { text } = await service.inject({ url });
    assert.ok(text.length < 2.5 * Mi);
    const page = JSON.parse(text) as { items: { id: string }[]; nextCursor: string | null };
    seen.push(...page.items.map((run) => run.id));
    cursor = page.nextCursor;
  }
  assert.deepEqual(seen, ids);
  assert.equal(pages, 2);
});

test('Idempotency-Key: large params are compared as they are written', async () => {
  await using service = await startService();
  const headers = { ...json, 'idempotency-key': 'a' };
  const list = `"c":${empty(60_000)}`;
  const send = (params: string) =>
    service.inject({ ...submit, headers, payload: `{"code":"1","params":{${params}}}` });
  const first = await send(`"a":1,${list}`);
  assert.equal((await send(`"a":1, ${list}`)).body['id'], first.body['id']);
  assert.equal((await send(`${list},"a":1`)).status, 422);
});
