import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { runTokenMs } from '../../keys/run-token.ts';
import { defaultRates } from '../limits/options.ts';
import { artifactEvent } from '../scripted-launch.support.ts';
import { type Answer, startService, type TestService } from '../service.support.ts';
import { testPolicy } from '../test-policy.support.ts';

type Headers = Readonly<Record<string, string>>;

async function newRun(service: TestService, headers: Headers): Promise<string> {
  const sent = { method: 'POST', url: '/v1/runs', headers, payload: { code: '1' } } as const;
  const id = String((await service.inject(sent)).body['id']);
  await service.launcher.started(id);
  return id;
}

async function finish(service: TestService, id: string): Promise<void> {
  service.launcher.finish(id, { value: 7 });
  await service.runs.ended(null, id, AbortSignal.timeout(5_000));
}

const ask = (service: TestService, id: string, headers: Headers, payload?: object) =>
  service.inject({
    method: 'POST',
    url: `/v1/runs/${id}/token`,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });

async function tokenOf(service: TestService, id: string, headers: Headers): Promise<string> {
  const { status, body } = await ask(service, id, headers);
  assert.equal(status, 200, JSON.stringify(body));
  return String(body['token']);
}

/** Reads the events of an ended run. */
const read = (service: TestService, id: string, token: string): Promise<Answer> =>
  service.inject({ url: `/v1/runs/${id}/events?token=${encodeURIComponent(token)}` });

async function ended(t: TestContext) {
  const service = await startService();
  t.after(() => service[Symbol.asyncDispose]());
  const key = service.bearer();
  const id = await newRun(service, key);
  await finish(service, id);
  return { service, key, id, token: await tokenOf(service, id, key) };
}

test('a run token reads the events of its run, and its referrer is told to nobody', async (t) => {
  const { service, id, token } = await ended(t);
  const { status, text: said, headers } = await read(service, id, token);
  assert.equal(status, 200);
  assert.match(said, /event: run\.finished\ndata: .*"value":7/);
  assert.equal(headers['referrer-policy'], 'no-referrer');
});

test('a run token reads the artifacts of its run', async () => {
  await using service = await startService();
  const key = service.bearer();
  const id = await newRun(service, key);
  const bytes = Buffer.from('made');
  const { folder } = service;
  const event = artifactEvent(
    id,
    'a b.txt',
    bytes,
    createHash('sha256').update(bytes).digest('hex'),
  );
  mkdirSync(join(folder, 'artifacts', id), { recursive: true });
  assert.ok(event.type === 'artifact');
  writeFileSync(join(folder, 'artifacts', id, event.artifact.id), bytes);
  service.launcher.say(id, event);
  await finish(service, id);
  const token = await tokenOf(service, id, key);
  const url = `/v1/runs/${id}/artifacts/a%20b.txt`;
  const got = await service.inject({ url: `${url}?token=${token}` });
  assert.deepEqual([got.status, got.text], [200, 'made']);
  assert.equal((await service.inject({ url })).status, 401);
  const head = await service.inject({ method: 'HEAD', url: `${url}?token=${token}` });
  assert.equal(head.status, 401);
});

test('a run token reads nothing else of its run, and changes nothing', async (t) => {
  const { service, id, token } = await ended(t);
  const query = `?token=${token}`;
  for (const [method, url] of [
    ['GET', `/v1/runs/${id}`],
    ['HEAD', `/v1/runs/${id}`],
    ['DELETE', `/v1/runs/${id}`],
    ['GET', `/v1/runs/${id}/network`],
    ['POST', `/v1/runs/${id}/token`],
    ['GET', '/v1/runs'],
    ['POST', '/v1/runs'],
    ['POST', '/v1/check'],
    ['GET', '/v1/policies'],
    ['GET', '/v1/status'],
    ['GET', '/metrics'],
    ['GET', '/openapi.json'],
    ['GET', '/nowhere'],
  ] as const) {
    const { status } = await service.inject({ method, url: url + query });
    assert.equal(status, 401, `${method} ${url}`);
  }
});

test('a run token is none of another run, of its tenant or of another', async (t) => {
  const { service, key, token } = await ended(t);
  const ids = [
    await newRun(service, key),
    await newRun(service, service.bearer({ tenant: 'other' })),
  ];
  for (const id of ids) {
    await finish(service, id);
    const { status, body } = await read(service, id, token);
    assert.deepEqual([status, body['code']], [401, 'unauthorized']);
  }
});

test('a run token in a header is no key, and two tokens are none', async (t) => {
  const { service, key, id, token } = await ended(t);
  const url = `/v1/runs/${id}/events`;
  const asBearer = { authorization: `Bearer ${token}` };
  assert.equal((await service.inject({ url, headers: asBearer })).status, 401);
  assert.equal((await service.inject({ url: `${url}?token=${token}`, headers: key })).status, 400);
  for (const query of [`token=${token}&token=${token}`, `token=a&token=${token}`]) {
    assert.equal((await service.inject({ url: `${url}?${query}` })).status, 400, query);
  }
  for (const query of ['token=', `token[]=${token}`, `Token=${token}`, `token=${token}x`]) {
    assert.equal((await service.inject({ url: `${url}?${query}` })).status, 401, query);
  }
});

test('a run token is over after an hour, and does not come back', async (t) => {
  const { service, key, id, token } = await ended(t);
  assert.equal((await read(service, id, token)).status, 200);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + runTokenMs + 1_000 });
  assert.equal((await read(service, id, token)).status, 401);
  assert.equal((await read(service, id, await tokenOf(service, id, key))).status, 200);
});

test('a revoked key ends its run tokens, and those of other keys go on', async (t) => {
  const { service, id, token } = await ended(t);
  const other = await tokenOf(service, id, service.bearer({ name: 'other' }));
  const [first] = service.keys.list();
  service.keys.revoke(first?.id ?? '');
  assert.equal((await read(service, id, token)).status, 401);
  assert.equal((await read(service, id, other)).status, 200);
});

test('only who may read a run gets a token of it', async (t) => {
  const { service, id } = await ended(t);
  const statusWith = async (headers: Headers) => (await ask(service, id, headers)).status;
  assert.equal(await statusWith({}), 401);
  assert.equal(await statusWith(service.bearer({ tenant: 'other' })), 404);
  assert.equal(await statusWith(service.bearer({ scopes: ['runs:write'] })), 403);
  assert.equal(await statusWith(service.bearer({ scopes: ['runs:read'] })), 200);
  assert.equal((await ask(service, 'run_1', service.bearer())).status, 404);
});

test('the call takes no body, an empty one or an empty object, and names what it does not know', async (t) => {
  const { service, id, key } = await ended(t);
  const json = { ...key, 'content-type': 'application/json' };
  assert.equal((await ask(service, id, json)).status, 200);
  const answer = await ask(service, id, key, {});
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.match(String(answer.body['expiresAt']), /^\d{4}-\d\d-\d\dT/);
  const wrong = await ask(service, id, key, { ttlMs: 1 });
  assert.equal(wrong.status, 422);
  assert.match(String(wrong.body['detail']), /Unknown field "ttlMs"/);
});

test('while there is no key, a token does not let a page of another site in', async () => {
  await using service = await startService({ cors: { origins: ['https://shop.example'] } });
  const id = await newRun(service, {});
  await finish(service, id);
  const token = await tokenOf(service, id, {});
  assert.equal((await read(service, id, token)).status, 200);
  const url = `/v1/runs/${id}/events?token=${token}`;
  const page = await service.inject({ url, headers: { origin: 'https://shop.example' } });
  assert.deepEqual([page.status, page.body['code']], [403, 'foreign_origin']);
  service.bearer();
  assert.equal((await read(service, id, token)).status, 401, 'the first key ends it');
});

test('bearers of a token use up no requests of its key, and wrong tokens count as wrong keys', async () => {
  const rate = { perMinute: 4, perAddressPerMinute: 100, inFlight: 9 };
  await using service = await startService({
    policies: new Map([['default', { ...testPolicy, rate }]]),
    rates: { ...defaultRates, wrongKeysPerMinute: 2 },
  });
  const key = service.bearer();
  const id = await newRun(service, key);
  await finish(service, id);
  const token = await tokenOf(service, id, key);
  const codes: number[] = [];
  for (let at = 0; at < 6; at++) codes.push((await read(service, id, token)).status);
  assert.deepEqual(codes, [200, 200, 200, 200, 429, 429]);
  assert.equal((await service.inject({ url: '/v1/status', headers: key })).status, 200);
  const wrong: number[] = [];
  for (let at = 0; at < 4; at++) wrong.push((await read(service, id, `${token}x`)).status);
  assert.deepEqual(wrong, [401, 401, 429, 429]);
});

test('neither the log nor an answer holds a token', async (t) => {
  const { service, key, id, token } = await ended(t);
  const said: string[] = [];
  for (const [method, url, headers] of [
    ['GET', `/v1/runs/${id}/events?token=${token}`, {}],
    ['GET', `/v1/runs/${id}/events?token=${token}`, key],
    ['GET', `/v1/runs/${id}/events?after=x&token=${token}`, {}],
    ['GET', `/v1/runs/${id}/events?token=${token}&token=${token}`, {}],
    ['GET', `/v1/runs/${id}?token=${token}`, {}],
    ['GET', `/v1/runs?token=${token}`, key],
    ['GET', `/v1/runs?${token}=1`, key],
    ['GET', `/nowhere?token=${token}`, key],
    ['GET', `/%zz?token=${token}`, key],
    ['DELETE', `/v1/runs/${id}/events?token=${token}`, key],
    ['OPTIONS', `/v1/runs/${id}/events?token=${token}`, key],
  ] as const) {
    const { text: answer, headers: got } = await service.inject({ method, url, headers });
    said.push(answer, JSON.stringify(got));
  }
  const mac = token.slice(-20);
  for (const line of service.log) assert.ok(!line.includes(mac), line);
  const shown = said.filter((answer) => answer.includes(mac));
  // A field that is not known is named; whoever takes a token for the name of one is told so.
  assert.ok(
    shown.every((answer) => answer.includes('Unknown field')),
    shown.join('\n'),
  );
  assert.equal(shown.length, 1);
});

test('a stream ends when the token does', async (t) => {
  await using service = await startService();
  const base = await service.app.listen({ port: 0, host: '127.0.0.1' });
  const key = service.bearer();
  const id = await newRun(service, key);
  const token = await tokenOf(service, id, key);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + runTokenMs - 1_500 });
  const url = `${base}/v1/runs/${id}/events?token=${token}`;
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  assert.equal(response.statusCode, 200);
  assert.doesNotMatch(await text(response), /run\.finished/);
  t.mock.timers.tick(2_000);
  assert.equal((await read(service, id, token)).status, 401);
});
