import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startService, type TestService } from './service.support.ts';

/** Returns the service's response to bytes that no HTTP client would send. */
async function say(service: TestService, text: string): Promise<string> {
  if (!service.app.server.listening) await service.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = service.app.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {});
  socket.write(text);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

const close = 'connection: close\r\n\r\n';

for (const [method, url, allow] of [
  ['PUT', '/v1/runs', 'GET, HEAD, POST'],
  ['OPTIONS', '/v1/runs?limit=1', 'GET, HEAD, POST'],
  ['POST', '/v1/runs/run_1', 'DELETE, GET, HEAD'],
  ['HEAD', '/v1/runs/run_1/events', 'GET'],
  ['DELETE', '/v1/runs/run_1/artifacts/a%2Fb.txt', 'GET, HEAD'],
  ['GET', '/v1/check', 'POST'],
  ['POST', '/metrics', 'GET, HEAD'],
  ['PATCH', '/healthz', 'GET, HEAD'],
] as const) {
  test(`${method} ${url} is answered 405, with what the path takes`, async () => {
    await using service = await startService();
    const answer = await service.inject({ method, url });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers['allow'], allow);
    assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
    if (method === 'HEAD') return;
    assert.equal(answer.body['code'], 'method_not_allowed');
    assert.match(String(answer.body['detail']), new RegExp(`takes ${allow}, not ${method}`));
  });
}

test('a method that nobody has heard of is answered 405 where there is something', async () => {
  await using service = await startService();
  const said = await say(service, `PROPFIND /v1/runs HTTP/1.1\r\nhost: localhost\r\n${close}`);
  assert.match(said, /^HTTP\/1\.1 405 [^]*\r\nallow: GET, HEAD, POST\r\n/i);
});

for (const url of ['/v1/runs/', '/v1', '/v1/runs/a/b', '/v1/runs/a/artifacts/b/c', '*', '//']) {
  test(`${url} is nothing by any method`, async () => {
    await using service = await startService();
    for (const method of ['GET', 'OPTIONS', 'PUT']) {
      const said = await say(service, `${method} ${url} HTTP/1.1\r\nhost: localhost\r\n${close}`);
      assert.match(said, /^HTTP\/1\.1 404 /, method);
      assert.doesNotMatch(said, /^allow:/im);
    }
  });
}

test('what is not there is refused before its body is read', async () => {
  await using service = await startService();
  const headers = { 'content-type': 'application/json' };
  for (const [url, status] of [
    ['/nowhere', 404],
    ['/v1/runs', 405],
  ] as const) {
    const answer = await service.inject({ method: 'PUT', url, headers, payload: '{' });
    assert.equal(answer.status, status);
  }
});

test('a wrong method tells nothing to callers without a key', async () => {
  await using service = await startService();
  service.bearer();
  assert.equal((await service.inject({ method: 'PUT', url: '/v1/runs' })).status, 401);
});

for (const [name, ...values] of [
  ['host', 'localhost', 'localhost'],
  ['Host', 'localhost', 'evil.example'],
  ['authorization', 'Bearer a', 'Bearer b'],
  ['content-type', 'application/json', 'text/plain'],
  ['origin', 'http://localhost', 'http://localhost'],
] as const) {
  test(`a request that names its ${name} twice is refused`, async () => {
    await using service = await startService();
    const twice = values.map((value) => `${name}: ${value}\r\n`).join('');
    const host = name.toLowerCase() === 'host' ? '' : 'host: localhost\r\n';
    const length = 'content-length: 12\r\n';
    const said = await say(
      service,
      `POST /v1/runs HTTP/1.1\r\n${host}${twice}${length}${close}{"code":"1"}`,
    );
    assert.match(said, /^HTTP\/1\.1 400 /);
    assert.match(said, new RegExp(`"detail":"The header ${name.toLowerCase()} came 2 times`));
    assert.equal(service.submissions.length, 0);
  });
}

test('more headers than are read are refused, not dropped', async () => {
  await using service = await startService();
  const many = Array.from({ length: 120 }, (_, at) => `x-${at}: 1\r\n`).join('');
  const said = await say(service, `GET /healthz HTTP/1.1\r\nhost: localhost\r\n${many}${close}`);
  assert.match(said, /^HTTP\/1\.1 431 /);
});

test('a whole URL in place of a path is refused: its host would be another than Host', async () => {
  await using service = await startService();
  const said = await say(
    service,
    `GET http://evil.example/v1/status HTTP/1.1\r\nhost: localhost\r\n${close}`,
  );
  assert.match(said, /^HTTP\/1\.1 40[04] /);
});

test('a call without a body may say that a body would be JSON', async () => {
  await using service = await startService();
  const headers = { 'content-type': 'application/json' };
  const { body } = await service.inject({
    method: 'POST',
    url: '/v1/runs',
    payload: { code: '1' },
  });
  const url = `/v1/runs/${String(body['id'])}`;
  assert.equal((await service.inject({ method: 'DELETE', url, headers })).status, 202);
  const withBody = await service.inject({ method: 'DELETE', url, headers, payload: '{}' });
  assert.equal(withBody.status, 409);
});
