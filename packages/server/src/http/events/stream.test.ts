import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { StoredEvent } from '../../runs/contract/runs.ts';
import { writeEvents } from './stream.ts';
import { until } from '../../../../../test/shared/until.support.ts';

/** A stream of `events` to a reader of ours, over a real connection. */
async function stream(t: TestContext, events: AsyncIterable<StoredEvent>) {
  const stop = new AbortController();
  const server = createServer();
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asked = get({ port: (server.address() as AddressInfo).port, agent: false });
  asked.on('error', () => {});
  const [, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  response.writeHead(200);
  response.flushHeaders();
  const written = writeEvents(events, response, stop);
  const [reader] = (await once(asked, 'response')) as [IncomingMessage];
  return { reader: reader.on('error', () => {}), response, stop, written };
}

const line = (seq: number, text: string): StoredEvent => ({
  type: 'log',
  seq,
  json: JSON.stringify({ type: 'log', seq, text }),
});

/** Nothing, until it is stopped. */
async function* silence(over: Promise<void>): AsyncGenerator<StoredEvent> {
  yield line(1, 'a');
  await over;
}

test('a stream that says nothing for 15 s says that it lives', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { promise, resolve } = Promise.withResolvers<void>();
  const { reader, written } = await stream(t, silence(promise));
  const first = (await once(reader, 'data')) as [Buffer];
  assert.match(first.toString(), /^id: 1\nevent: log\n/);
  t.mock.timers.tick(14_999);
  t.mock.timers.tick(1);
  const next = (await once(reader, 'data')) as [Buffer];
  assert.equal(next.toString(), ': ping\n\n');
  resolve();
  await written;
});

test('a reader that takes nothing for a minute is hung up on, and its source is closed', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let isClosed = false;
  let given = 0;
  async function* endless(): AsyncGenerator<StoredEvent> {
    try {
      for (;;) yield line(++given, 'x'.repeat(10_000));
    } finally {
      isClosed = true;
    }
  }
  const { reader, response, stop, written } = await stream(t, endless());
  reader.pause();
  await until(
    'the response is held up',
    () => response.writableNeedDrain && response.writableLength >= 16_384,
  );
  // The kernel's buffers are full when nothing has gone out for a few turns.
  for (let before = -1; before !== given;) {
    before = given;
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  }
  t.mock.timers.tick(60_000);
  await written;
  assert.equal(stop.signal.aborted, true);
  assert.equal(response.destroyed, true);
  assert.equal(isClosed, true);
  assert.ok(response.writableLength < 2 ** 20, `${response.writableLength} bytes were kept`);
});

test('a reader that has to be waited for again and again leaves nothing behind', async (t) => {
  async function* many(): AsyncGenerator<StoredEvent> {
    for (let seq = 1; seq <= 200; seq++) yield line(seq, 'x'.repeat(100_000));
  }
  const { reader, stop, written } = await stream(t, many());
  let most = 0;
  reader.on('data', () => {
    most = Math.max(most, getEventListeners(stop.signal, 'abort').length);
  });
  await written;
  assert.ok(most <= 1, `${most} listeners`);
});
