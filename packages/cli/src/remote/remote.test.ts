import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { Remote, RemoteError } from './client.ts';

const id = `run_${'0'.repeat(32)}`;

/** The client of a service that answers as the test says. */
async function remote(t: TestContext, answer: RequestListener, patienceMs = 5_000) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const env = { CASTELLAN_URL: `http://127.0.0.1:${port}` };
  return new Remote(env, new AbortController().signal, patienceMs);
}

const frame = (seq: number, event: string, data: object): string =>
  `id: ${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const stream = { 'content-type': 'text/event-stream; charset=utf-8' };

async function eventsOf(service: Remote): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const { event, data } of service.events(id)) seen.push([event, data]);
  return seen;
}

test('a line that holds what other languages take for line breaks comes whole', async (t) => {
  const text = 'a\u2028b\u2029c\u0085d\r\n\n\ndata: e\n\nevent: run.finished';
  const service = await remote(t, (_, response) => {
    response.writeHead(200, stream);
    response.end(
      `retry: 1\n\n: ping\n\n${frame(1, 'log', { text })}${frame(2, 'run.finished', {})}`,
    );
  });
  assert.deepEqual(await eventsOf(service), [
    ['log', { text }],
    ['run.finished', {}],
  ]);
});

test('events go on where they were while the service is stopped and started', async (t) => {
  const asked: unknown[] = [];
  const service = await remote(t, (request, response) => {
    asked.push(request.headers['last-event-id']);
    if (asked.length === 2) return void request.socket.destroy();
    if (asked.length === 3) return void response.writeHead(503).end('{"detail":"stopping"}');
    response.writeHead(200, stream);
    if (asked.length === 1) {
      response.write(`${frame(1, 'log', {})}id: 2\nevent: lo`, () => request.socket.destroy());
      return undefined;
    }
    return void response.end(frame(2, 'run.finished', {}));
  });
  assert.deepEqual(await eventsOf(service), [
    ['log', {}],
    ['run.finished', {}],
  ]);
  assert.deepEqual(asked, ['0', '1', '1', '1']);
});

test('a service that does not come back is given up', async (t) => {
  let count = 0;
  const service = await remote(
    t,
    (request, response) => {
      if (count++ > 0) return void request.socket.destroy();
      return void response.writeHead(200, stream).end(frame(1, 'log', {}));
    },
    700,
  );
  await assert.rejects(eventsOf(service), /cannot be reached/);
  assert.ok(count >= 2);
});

for (const [what, answer] of [
  ['no JSON', (_, response) => response.end('<!doctype html>')],
  [
    'half of an answer',
    (_, response) =>
      response.writeHead(200, { 'content-length': 99 }).write('{', () => response.destroy()),
  ],
] as const satisfies [string, RequestListener][]) {
  test(`${what} is a fault of the other side, and said so`, async (t) => {
    const service = await remote(t, answer);
    await assert.rejects(service.read(`/v1/runs/${id}`), (error: Error) => {
      assert.ok(error instanceof RemoteError, String(error));
      assert.match(error.message, /^http:\/\/127\.0\.0\.1:\d+ /);
      return true;
    });
  });
}

test('what mends it is taken from the problem, as a text only', async (t) => {
  for (const fix of ['castellan keys create', 7, { a: 1 }]) {
    const service = await remote(t, (_, response) => {
      response.writeHead(403).end(JSON.stringify({ detail: 'No.', fix }));
    });
    await assert.rejects(service.read('/v1/runs/x'), {
      message: /answers 403: No\.$/,
      fix: typeof fix === 'string' ? fix : null,
    });
  }
});

test('an answer that is no event stream ends the wait for one', async (t) => {
  const service = await remote(t, (_, response) => void response.end('<!doctype html>'));
  await assert.rejects(eventsOf(service), /is no stream of events.*CASTELLAN_URL/);
});
