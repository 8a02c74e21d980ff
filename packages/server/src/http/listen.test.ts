import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startService } from './service.support.ts';
import { defaultRates } from './limits/options.ts';
import { keysOf } from '../keys/open.ts';
import { listen } from './listen.ts';

for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.com', 'localhost.example.com', '']) {
  test(`listen refuses ${JSON.stringify(host)} while there is no key, and says what to do`, async () => {
    await using service = await startService();
    await assert.rejects(listen(service.app, { host, port: 0 }, keysOf(service.keys)), {
      code: 'invalid_option',
      message: /loopback only, not on .*castellan keys create/,
    });
    assert.equal(service.app.server.listening, false);
  });
}

test('listen takes loopback without a key, and any host with one', async () => {
  await using local = await startService();
  const { url } = await listen(local.app, { host: '127.0.0.1', port: 0 }, keysOf(local.keys));
  assert.equal((await fetch(`${url}/v1/status`)).status, 200);
  await using open = await startService();
  const headers = open.bearer();
  await listen(open.app, { host: '0.0.0.0', port: 0 }, keysOf(open.keys));
  const { port } = open.app.server.address() as { port: number };
  assert.equal((await fetch(`http://127.0.0.1:${port}/v1/status`)).status, 401);
  assert.equal((await fetch(`http://127.0.0.1:${port}/v1/status`, { headers })).status, 200);
});

test('listen binds localhost once, so that all connections are bounded', async () => {
  const connections = { total: 10, perAddress: 1 };
  await using service = await startService({ rates: { ...defaultRates, connections } });
  const { url } = await listen(service.app, { host: 'localhost', port: 0 }, keysOf(service.keys));
  const addresses = service.app.addresses();
  assert.equal(addresses.length, 1);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('a page that points its own name at this machine is refused', async () => {
  await using service = await startService();
  const { url } = await listen(service.app, { host: '127.0.0.1', port: 0 }, keysOf(service.keys));
  const { request } = await import('node:http');
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  request(
    `${url}/v1/runs`,
    { headers: { host: `evil.example:${new URL(url).port}` } },
    (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    },
  ).end();
  assert.equal(await promise, 403);
});
