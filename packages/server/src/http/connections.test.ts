import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { startService, type TestService } from './service.support.ts';
import { testPolicy } from './test-policy.support.ts';
import { defaultRates } from './limits/options.ts';

const hasty = {
  headersTimeout: 200,
  requestTimeout: 400,
  keepAliveTimeout: 300,
  connectionsCheckingInterval: 50,
  stallTimeout: 10_000,
};

/** A connection that a test writes on by hand. */
async function dial(service: TestService, from = '127.0.0.1'): Promise<Socket> {
  if (!service.app.server.listening) await service.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = service.app.server.address() as { port: number };
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {});
  // A reset may come as soon as the connection.
  await Promise.race([once(socket, 'connect'), closeOf(socket)]).catch(() => closeOf(socket));
  return socket;
}

/** Resolves when a connection is closed, in whatever way. */
async function closeOf(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
}

/** Everything that the other side sends until it closes the connection. */
async function heard(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await closeOf(socket);
  return Buffer.concat(chunks).toString();
}

const post = 'POST /v1/runs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

for (const [what, text, answer] of [
  ['says nothing', '', /^HTTP\/1\.1 408 /],
  ['does not end its header', `${post}x-a: `, /^HTTP\/1\.1 408 /],
  ['does not end its body', `${post}content-length: 20\r\n\r\n{"code"`, /^HTTP\/1\.1 408 /],
  [
    'does not end its chunks',
    `${post}transfer-encoding: chunked\r\n\r\n5\r\n{"cod`,
    /^HTTP\/1\.1 408 /,
  ],
  ['sends a header of 20 kB', `${post}x-a: ${'a'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ['does not speak HTTP', '\u0016\u0003\u0001\u0002\u0000\u0001', /^HTTP\/1\.1 400 /],
  [
    'sends two lengths',
    `${post}content-length: 1\r\ncontent-length: 2\r\n\r\n`,
    /^HTTP\/1\.1 400 /,
  ],
  [
    'sends a length and chunks',
    `${post}content-length: 9\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    /^HTTP\/1\.1 400 /,
  ],
  [
    'sends a chunk without a length',
    `${post}transfer-encoding: chunked\r\n\r\nzz\r\n`,
    /^HTTP\/1\.1 400 /,
  ],
  ['sends no host', 'GET /v1/status HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['sends a line break in a header', `${post}x-a: b\nx-b\r\n\r\n`, /^HTTP\/1\.1 400 /],
] as const) {
  test(`a client that ${what} gets an answer in time and is hung up on`, async () => {
    await using service = await startService({ arrival: hasty });
    const socket = await dial(service);
    socket.write(text);
    const said = await heard(socket);
    assert.match(said, answer);
    assert.equal(service.submissions.length, 0);
  });
}

test('a problem of the protocol looks like every other problem', async () => {
  await using service = await startService({ arrival: hasty });
  const socket = await dial(service);
  socket.write('nonsense\r\n\r\n');
  const [head = '', body = ''] = (await heard(socket)).split('\r\n\r\n', 2);
  assert.match(head, /content-type: application\/problem\+json/);
  const { code, status } = JSON.parse(body) as { code: string; status: number };
  assert.deepEqual([code, status], ['malformed_request', 400]);
});

const health = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n';

test('a client that has had an answer hears what is wrong with its next request', async () => {
  await using service = await startService({ arrival: hasty });
  const socket = await dial(service);
  const answered = once(socket, 'data');
  socket.write(health);
  await answered;
  socket.write(`${post}x-a: ${'a'.repeat(20_000)}\r\n\r\n`);
  assert.match(await heard(socket), /^HTTP\/1\.1 431 /);
});

test('what is wrong with a request is not said in place of the answer to the one before', async () => {
  await using service = await startService();
  const socket = await dial(service);
  const said = heard(socket);
  const body = '{"code":"1"}';
  socket.write(
    `${post}prefer: wait=60\r\ncontent-length: ${body.length}\r\n\r\n${body}nonsense\r\n\r\n`,
  );
  assert.equal(await said, '');
});

test('a client that takes nothing of its answer is hung up on', async () => {
  await using service = await startService({ arrival: { ...hasty, stallTimeout: 300 } });
  const payload = { code: '1' };
  const { body } = await service.inject({ method: 'POST', url: '/v1/runs', payload });
  const id = String(body['id']);
  await service.launcher.started(id);
  service.launcher.finish(id, { value: 'x'.repeat(32 * 2 ** 20) });
  await service.runs.ended(null, id, new AbortController().signal);
  const [closed, socket] = [once(service.app.server, 'connection'), await dial(service)];
  const [served] = (await closed) as [Socket];
  socket.pause().write(`GET /v1/runs/${id} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  await once(served, 'close');
  assert.ok(socket.bytesRead < 32 * 2 ** 20);
  socket.destroy();
});

test('a body that is announced too large is refused before it is read', async () => {
  await using service = await startService({ arrival: hasty });
  const socket = await dial(service);
  socket.write(`${post}content-length: 104857600\r\n\r\n`);
  const said = await heard(socket);
  assert.match(said, /^HTTP\/1\.1 413 /);
  assert.equal(socket.bytesWritten < 1_000, true);
});

test('a body that grows too large is answered while it comes, and hung up on if it goes on', async () => {
  const ceilings = { ...testPolicy.ceilings, sourceBytes: 1_000, paramsBytes: 1_000 };
  const policies = new Map([['default', { ...testPolicy, ceilings }]]);
  await using service = await startService({ policies });
  const socket = await dial(service);
  socket.write(`${post}transfer-encoding: chunked\r\n\r\n`);
  const answered = once(socket, 'data');
  const closed = once(
    socket.on('error', () => {}),
    'close',
  );
  const piece = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  while (!socket.destroyed) {
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), closed]).catch(() => {});
  }
  const [first] = (await answered) as [Buffer];
  assert.match(first.toString(), /^HTTP\/1\.1 413 /);
});

test('a body without a right to it is not read', async () => {
  await using service = await startService();
  service.bearer();
  const socket = await dial(service);
  socket.write(`${post}content-length: 1000000\r\n\r\n{`);
  const said = await heard(socket);
  assert.match(said, /^HTTP\/1\.1 401 /);
});

test('large bodies share a bounded memory, and small ones are let by', async () => {
  await using service = await startService({ rates: { ...defaultRates, bodyBytes: 300_000 } });
  const first = await dial(service);
  const large = 'x'.repeat(200_000);
  first.write(`${post}content-length: 250000\r\n\r\n${large}`);
  const second = await dial(service);
  second.write(`${post}content-length: 250000\r\n\r\n${large}`);
  const said = await Promise.race([heard(first), heard(second)]);
  assert.match(said, /^HTTP\/1\.1 503 /);
  assert.match(said, /retry-after: 1/i);
  const small = { method: 'POST', url: '/v1/runs', payload: { code: '1' } } as const;
  assert.equal((await service.inject(small)).status, 202);
  first.destroy();
  second.destroy();
});

test('connections of one address are bounded, and given back', async () => {
  const connections = { total: 100, perAddress: 3 };
  await using service = await startService({ rates: { ...defaultRates, connections } });
  const held = [await dial(service), await dial(service), await dial(service)];
  const over = await dial(service);
  assert.equal(await heard(over), '');
  for (const socket of held) assert.equal(socket.destroyed, false);
  const served = once(service.app.server, 'connection');
  held.shift()?.destroy();
  // The server has seen the end of the first when a later connection is let in.
  for (;;) {
    const next = await dial(service);
    next.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    if ((await heard(next)).startsWith('HTTP/1.1 200')) break;
  }
  await served;
  for (const socket of held) socket.destroy();
});

test('when there are too many connections, the one that has said nothing for longest goes', async () => {
  const connections = { total: 3, perAddress: 100 };
  await using service = await startService({ rates: { ...defaultRates, connections } });
  const busy = await dial(service);
  const answered = once(busy, 'data');
  busy.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await answered;
  const silent = [await dial(service), await dial(service)];
  const again = once(busy, 'data');
  busy.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await again;
  const next = await dial(service, '127.0.0.2');
  await closeOf(silent[0] ?? next);
  next.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  assert.match(await heard(next), /^HTTP\/1\.1 200 /);
  assert.deepEqual([busy.destroyed, silent[1]?.destroyed], [false, false]);
  for (const socket of [busy, ...silent]) socket.destroy();
});

test('when there are too many connections, an address with more than its share gets no more', async () => {
  const connections = { total: 4, perAddress: 100 };
  await using service = await startService({ rates: { ...defaultRates, connections } });
  const greedy: Socket[] = [];
  for (let at = 0; at < 4; at++) greedy.push(await dial(service));
  const other = await dial(service, '127.0.0.2');
  await closeOf(greedy[0] ?? other);
  assert.equal(await heard(await dial(service)), '');
  assert.equal(other.destroyed, false);
  other.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  assert.match(await heard(other), /^HTTP\/1\.1 200 /);
  assert.deepEqual(
    greedy.slice(1).map(({ destroyed }) => destroyed),
    [false, false, false],
  );
  for (const socket of greedy) socket.destroy();
});

test('a client that sends slowly does not keep the service from stopping', async () => {
  const patient = { ...hasty, headersTimeout: 600_000, requestTimeout: 600_000 };
  const service = await startService({ arrival: patient });
  const socket = await dial(service);
  socket.write(`${post}content-length: 20\r\n\r\n{"code"`);
  const cut = heard(socket);
  await service[Symbol.asyncDispose]();
  assert.equal(await cut, '');
});
