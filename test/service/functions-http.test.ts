// Functions answer over HTTP on a listener of their own: to whom they may, and with what is theirs alone.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { chooseVersion } from '../../packages/server/src/functions/choose.ts';
import type { FunctionRecord } from '../../packages/server/src/functions/record.ts';
import { until } from '../shared/until.support.ts';
import { bundled, Served } from './functions-http.support.ts';

const rate = { perMinute: 1_000_000, perAddressPerMinute: 1_000_000, inFlight: 1_000 };
const bodyBytes = 2 ** 20;

let served: Served;
before(async () => {
  served = await Served.start({
    functions: {
      http: {
        port: 0,
        hosts: { 'shop.example': 'ada/shop', 'grace.example': 'grace/shop' },
        bodyBytes,
        answerBytes: 2 ** 20,
        leaveMs: 0,
      },
    },
    keys: { anonymousPolicy: 'default' },
    policies: { default: { rate, warm: 2, ceilings: { wallMs: 600_000 } } },
  });
});
after(() => served[Symbol.asyncDispose]());

const echo = `export default {
  async fetch(request) {
    const { url, method, headers } = request;
    return Response.json({ url, method, headers: [...headers], body: await request.text() });
  },
};`;

interface Echo {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

test('a Hono application answers below a path and by its host, unchanged', async () => {
  const code = await bundled(new URL('../../examples/http/shop.ts', import.meta.url));
  await served.deploy('ada', 'shop', code, { public: true, env: { CURRENCY: 'USD' } });
  const home = await served.ask('/f/ada/shop');
  assert.deepEqual([home.status, home.text], [200, '<h1>Tea</h1>']);
  const tea = await served.ask('/f/ada/shop/api/teas/assam?q=x%20y', {
    headers: { origin: 'https://app.example' },
  });
  assert.deepEqual(JSON.parse(tea.text), { name: 'assam', price: 3, currency: 'USD' });
  assert.equal(tea.headers['access-control-allow-origin'], 'https://app.example');
  const order = await served.ask('/orders', {
    method: 'POST',
    host: 'shop.example',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"sencha","count":3}',
  });
  assert.deepEqual([order.status, order.text], [201, '{"total":12}']);
  const visits = await served.ask('/visits', {
    host: 'Shop.Example.:8080',
    headers: { cookie: 'visits=1' },
  });
  assert.equal(visits.text, '2');
  assert.deepEqual(visits.headers['set-cookie'], [
    'visits=2; Path=/; HttpOnly',
    'theme=dark; Path=/',
  ]);
  assert.equal(visits.headers['content-security-policy'], undefined);
  const menu = await served.ask('/menu', { host: 'shop.example' });
  assert.deepEqual(
    [menu.text, menu.headers['transfer-encoding']],
    ['sencha 4\nassam 3\n', 'chunked'],
  );
  const boom = await served.ask('/f/ada/shop/boom');
  assert.deepEqual([boom.status, boom.text], [500, 'Sorry']);
});

test('an itty-router application answers, with the query, the method and the body', async () => {
  const code = await bundled(new URL('fixtures/items.ts', import.meta.url));
  await served.deploy('ada', 'items', code, { public: true });
  const hello = await served.ask('/f/ada/items/v1/hello/Ada?a=1');
  assert.deepEqual(JSON.parse(hello.text), { hello: 'Ada', a: '1' });
  const put = await served.ask('/f/ada/items/v1/items', { method: 'PUT', body: 'x' });
  assert.deepEqual(JSON.parse(put.text), { got: 'x' });
  assert.equal((await served.ask('/f/ada/items/nowhere')).status, 404);
});

test('a function that is not public is for keys of its tenant, which it never sees', async () => {
  await served.deploy('ada', 'private', echo);
  const ada = await served.bearer('ada');
  const none = await served.ask('/f/ada/private');
  const unknown = await served.ask('/f/ada/nothing');
  assert.deepEqual([none.status, none.text], [401, unknown.text]);
  assert.equal(unknown.status, 401);
  const grace = await served.ask('/f/ada/private', { headers: await served.bearer('grace') });
  assert.equal(grace.status, 404);
  const wrong = await served.ask('/f/ada/private', { headers: { authorization: 'Bearer ck_x' } });
  assert.equal(wrong.status, 401);
  const own = await served.ask('/f/ada/private/a/b?c', {
    method: 'POST',
    headers: {
      ...ada,
      cookie: 'of=others',
      connection: 'close, x-hop',
      'x-hop': '1',
      'x-forwarded-for': '9.9.9.9',
      'x-castellan-run': 'run_forged',
      accept: 'a',
    },
    body: 'hi',
  });
  const { url, method, headers, body } = JSON.parse(own.text) as Echo;
  assert.deepEqual([method, body], ['POST', 'hi']);
  assert.equal(url, `http://${served.url.host}/a/b?c`);
  assert.deepEqual(headers, [
    ['accept', 'a'],
    ['content-length', '2'],
    ['host', served.url.host],
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-prefix', '/f/ada/private'],
    ['x-forwarded-proto', 'http'],
  ]);
  assert.equal(own.headers['cache-control'], 'no-store');
  assert.match(String(own.headers['x-castellan-run']), /^run_/);
});

test('a public function gets a foreign Authorization, and never a key', async () => {
  await served.deploy('ada', 'public', echo, { public: true });
  const basic = await served.ask('/f/ada/public', { headers: { authorization: 'Basic x' } });
  assert.ok(basic.text.includes('["authorization","Basic x"]'), basic.text);
  for (const tenant of ['ada', 'grace']) {
    const { text, status } = await served.ask('/f/ada/public', {
      headers: await served.bearer(tenant),
    });
    assert.deepEqual([status, text.includes('authorization')], [200, false]);
  }
});

test('a canary is chosen by the header, and the answer says the version', async () => {
  const code = (n: number) => `export const fetch = () => new Response("${n}")`;
  await served.deploy('ada', 'canary', code(1), { public: true });
  await served.deploy('ada', 'canary', code(2), { public: true, live: false });
  const headers = await served.bearer('ada');
  const body = { version: 2, percent: 50 };
  const path = '/v1/functions/canary/aliases/canary';
  const { text } = await served.service.call('PUT', path, { body, headers });
  const record = JSON.parse(text) as FunctionRecord;
  for (const stickyKey of ['a', 'b', 'c']) {
    const given = { headers: { 'castellan-version-key': stickyKey } };
    const answer = await served.ask('/f/ada/canary', given);
    const expected = `${chooseVersion(record, { stickyKey })}`;
    assert.deepEqual([answer.text, answer.headers['x-castellan-version']], [expected, expected]);
  }
});

test('what fails is told to its owner, and to nobody else', async () => {
  const failing = {
    throws: ['export const fetch = () => { throw new Error("secret at /home") }', 500],
    value: ['export const fetch = () => "secret"', 500],
    never: ['export const fetch = () => new Promise((go) => setTimeout(go, 60_000))', 504],
  } as const;
  for (const [name, [code, status]] of Object.entries(failing)) {
    await served.deploy('ada', name, code, { public: true, limits: { wallMs: 300 } });
    const answer = await served.ask(`/f/ada/${name}`);
    assert.equal(answer.status, status);
    assert.match(answer.text, /^50[04] The function (failed|took too long)\.\n$/);
    const run = await served.run(String(answer.headers['x-castellan-run']), 'ada');
    assert.notEqual(run.error, null);
  }
});

test('a client that leaves ends the run', async () => {
  const code = `export const fetch = ({ signal }) => new Response(new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('begun')),
    pull: () => new Promise((go) => setTimeout(go, 60_000)),
  }))`;
  await served.deploy('ada', 'endless', code, { public: true, limits: { wallMs: 60_000 } });
  const response = await served.open('/f/ada/endless');
  const id = String(response.headers['x-castellan-run']);
  response.on('error', () => undefined);
  // By then the function has sent it, and waits for what never comes.
  await once(response, 'data');
  response.destroy();
  await until(
    'the run is cancelled',
    async () => (await served.run(id, 'ada')).finishedAt !== null,
  );
  assert.equal((await served.run(id, 'ada')).status, 'cancelled');
});

test('a page below a path has no rights of its origin, and none of the API', async () => {
  const code = `export const fetch = () => new Response('<script>1</script>', {
    headers: [
      ['content-type', 'text/html'],
      ['set-cookie', 'a=1; Path=/'],
      ['service-worker-allowed', '/'],
      ['clear-site-data', '"*"'],
      ['strict-transport-security', 'max-age=1'],
      ['content-security-policy', 'script-src *'],
    ],
  })`;
  await served.deploy('ada', 'page', code, { public: true });
  const { headers } = await served.ask('/f/ada/page');
  const told = Object.keys(headers);
  for (const name of ['set-cookie', 'service-worker-allowed', 'clear-site-data'])
    assert.ok(!told.includes(name), name);
  assert.ok(!told.includes('strict-transport-security'));
  assert.match(
    String(headers['content-security-policy']),
    /^script-src \*, sandbox allow-scripts /,
  );
  assert.doesNotMatch(String(headers['content-security-policy']), /allow-same-origin/);
  const worker = await served.ask('/f/ada/page/sw.js', { headers: { 'service-worker': 'script' } });
  assert.equal(worker.status, 422);
  for (const path of ['/', '/v1/runs', '/healthz', '/openapi.json', '/metrics'])
    assert.equal((await served.ask(path, { headers: await served.bearer('ada') })).status, 404);
  const api = await served.service.call('GET', '/f/ada/page');
  assert.equal(api.status, 404);
});
