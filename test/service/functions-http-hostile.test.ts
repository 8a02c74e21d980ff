// What a function or a client sends that is no honest answer or request.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { until } from '../shared/until.support.ts';
import { Served } from './functions-http.support.ts';

const rate = { perMinute: 1_000_000, perAddressPerMinute: 1_000_000, inFlight: 1_000 };
// More than the buffers of a connection on this machine take by themselves.
const bounds = { bodyBytes: 2 ** 20, answerBytes: 2 ** 25 };
const hosts = { 'ada.example': 'ada/own', 'grace.example': 'grace/own' };

let served: Served;
before(async () => {
  served = await Served.start({
    functions: { http: { port: 0, hosts, ...bounds } },
    keys: { anonymousPolicy: 'default' },
    policies: { default: { rate, warm: 2 } },
  });
  await served.deploy('ada', 'own', 'export const fetch = () => new Response("of ada")');
  await served.deploy('ada', 'text', 'export const fetch = () => new Response("x")', {
    public: true,
  });
});
after(() => served[Symbol.asyncDispose]());

const lastRunOf = async (name: string) => {
  const headers = await served.bearer('ada');
  const path = `/v1/runs?label=castellan/function=${name}`;
  const { text } = await served.service.call('GET', path, { headers });
  return (JSON.parse(text) as { items: { id: string; status: string; reason: string }[] }).items[0];
};

test('headers of an answer carry nothing of the service, of the connection, or of other hosts', async () => {
  const headers = {
    'x-castellan-run': 'run_forged',
    ratelimit: '"forged";r=9',
    connection: 'x-hop, close',
    'x-hop': '1',
    'keep-alive': 'timeout=9',
    'transfer-encoding': 'gzip, chunked',
    trailer: 'x',
    upgrade: 'h2c',
    'set-cookie': 'a=1; Domain=.example',
    'cache-control': 'public, s-maxage=60, max-age=5',
    'cdn-cache-control': 'max-age=60',
  };
  const code = `export default { fetch: () => new Response('x', { headers: ${JSON.stringify(headers)} }) }`;
  await served.deploy('ada', 'own', code);
  const asked = { host: 'ada.example', headers: await served.bearer('ada') };
  const { headers: told, text } = await served.ask('/', asked);
  assert.equal(text, 'x');
  assert.match(String(told['x-castellan-run']), /^run_[0-9a-f]{32}$/);
  assert.doesNotMatch(String(told['ratelimit']), /forged/);
  assert.deepEqual([told['transfer-encoding'], told['connection']], ['chunked', 'close']);
  for (const name of [
    'x-hop',
    'keep-alive',
    'trailer',
    'upgrade',
    'set-cookie',
    'cdn-cache-control',
  ])
    assert.equal(told[name], undefined, name);
  // What a key has opened is kept by nobody else.
  assert.equal(told['cache-control'], 'private, max-age=5');
});

for (const [name, said, sent] of [
  ['shorter', 10, 'x'],
  ['longer', 1, 'xyz'],
] as const) {
  test(`an answer that is ${name} than its content-length is cut off, and never another answer`, async () => {
    const code = `export const fetch = () => new Response(${JSON.stringify(sent)}, {
      headers: { 'content-length': '${said}' },
    })`;
    await served.deploy('ada', `lies-${name}`, code, { public: true });
    const answer = await served.ask(`/f/ada/lies-${name}`);
    assert.equal(answer.isCut, true);
    assert.ok(answer.text.length <= said);
    // On a connection that stays open the next answer would be read as the rest of this one, or the rest as it.
    const get = (path: string) => `GET /f/ada/${path} HTTP/1.1\r\nHost: a.example\r\n`;
    const two = `${get(`lies-${name}`)}\r\n${get('text')}Connection: close\r\n\r\n`;
    assert.equal((await served.raw(two)).match(/HTTP\/1\.1 200/g)?.length, 1);
  });
}

test('line breaks in a header or a status text are refused to the function', async () => {
  const code = `export const fetch = () => {
    const tried = [];
    for (const make of [
      () => new Response('', { headers: { a: 'b\\r\\nset-cookie: c=d' } }),
      () => new Response('', { headers: { 'a\\r\\nb': 'c' } }),
      () => new Response('', { statusText: 'OK\\r\\n\\r\\n<script>' }),
    ]) {
      try { make(); tried.push('made'); } catch (error) { tried.push(error.name); }
    }
    return Response.json(tried);
  }`;
  await served.deploy('ada', 'breaks', code, { public: true });
  assert.deepEqual(JSON.parse((await served.ask('/f/ada/breaks')).text), [
    'TypeError',
    'TypeError',
    'TypeError',
  ]);
});

test('one request is never read as two', async () => {
  const inner = 'GET /f/ada/text HTTP/1.1\r\nHost: a.example\r\n\r\n';
  const post = 'POST /f/ada/text HTTP/1.1\r\nHost: a.example\r\n';
  const smuggled = {
    'two lengths': `${post}Content-Length: 0\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
    'a length and chunks': `${post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
    'a coding that is not known': `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${inner}`,
    'a space before the colon': `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${inner}`,
    'a folded header': `${post}X: a\r\n Content-Length: 3\r\n\r\n${inner}`,
    'a length with a sign': `${post}Content-Length: +0\r\n\r\n${inner}`,
    'two hosts': 'GET /f/ada/text HTTP/1.1\r\nHost: a.example\r\nHost: ada.example\r\n\r\n',
    'a host in the target': 'GET http://ada.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n',
    'no host': 'GET /f/ada/text HTTP/1.1\r\n\r\n',
    'a host that is none': 'GET /f/ada/text HTTP/1.1\r\nHost: a@b/c\r\n\r\n',
  };
  for (const [name, text] of Object.entries(smuggled)) {
    const got = await served.raw(text.replace(/\r\n\r\n$/, '\r\nConnection: close\r\n\r\n'));
    const statuses = [...got.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
    assert.deepEqual(statuses, ['400'], name);
  }
});

test('what a function leaves unread of a body is no request', async () => {
  const inner = 'GET /f/ada/text HTTP/1.1\r\nHost: a.example\r\n\r\n';
  const body = inner.repeat(10_000);
  const head = `POST /f/ada/text HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${body.length}\r\n\r\n`;
  const got = await served.raw(head + body);
  assert.deepEqual(got.match(/HTTP\/1\.1 \d{3}/g), ['HTTP/1.1 200']);
});

test('only the Host decides, and it opens nothing without the key of its tenant', async () => {
  const ada = await served.bearer('ada');
  const grace = await served.bearer('grace');
  const statusOf = async (host: string, headers: Readonly<Record<string, string>>, path = '/') =>
    (await served.ask(path, { host, headers })).status;
  assert.equal(await statusOf('ada.example', ada), 200);
  assert.equal(await statusOf('ada.example', {}), 401);
  assert.equal(await statusOf('ada.example', grace), 404);
  // Deployed by nobody: it has a host in the config, and is answered like any other that is not there.
  assert.equal(await statusOf('grace.example', ada), 404);
  assert.equal(await statusOf('unknown.example', ada), 404);
  const forwarded = { ...ada, 'x-forwarded-host': 'ada.example', forwarded: 'host=ada.example' };
  assert.equal(await statusOf('unknown.example', forwarded), 404);
  // On a host of its own a path below /f is the function's too.
  assert.equal(await statusOf('ada.example', ada, '/f/ada/text'), 200);
  for (const path of ['/f/ada/..%2fgrace/own', '/f/ada%2fown', '/f//own', '/F/ada/own', '/f/ada'])
    assert.equal(await statusOf('unknown.example', ada, path), 404, path);
});

test('a body that is too large is refused, said or not said', async () => {
  const code =
    'export const fetch = async (request) => new Response((await request.text()).length)';
  await served.deploy('ada', 'large', code, { public: true });
  const said = await served.raw(
    'POST /f/ada/large HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1073741824\r\n\r\n',
  );
  assert.match(said, /^HTTP\/1\.1 413 /);
  const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const unsaid = await served.raw(
    `POST /f/ada/large HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${piece.repeat(40)}0\r\n\r\n`,
  );
  assert.match(unsaid, /^HTTP\/1\.1 413 /);
});

test('an answer without an end is cut off at its bound, and at the limits of the run', async () => {
  const code = `export const fetch = () => new Response(new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(262_144)),
  }))`;
  await served.deploy('ada', 'flood', code, { public: true });
  const answer = await served.ask('/f/ada/flood');
  assert.equal(answer.isCut, true);
  assert.ok(answer.text.length <= bounds.answerBytes, `${answer.text.length}`);
});

test('a client that does not read holds a run no longer than its time', async () => {
  const code = `export const fetch = () => new Response(new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(262_144)),
  }))`;
  await served.deploy('ada', 'slow', code, { public: true, limits: { wallMs: 500 } });
  const socket = connect(Number(served.url.port), served.url.hostname);
  await once(socket, 'connect');
  socket.on('error', () => undefined).pause();
  socket.write('GET /f/ada/slow HTTP/1.1\r\nHost: a.example\r\n\r\n');
  await until('the run has ended', async () => Boolean((await lastRunOf('slow'))?.reason));
  assert.equal((await lastRunOf('slow'))?.reason, 'wall_timeout');
  socket.destroy();
});
