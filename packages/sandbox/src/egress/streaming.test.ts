import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { Egress } from './launcher/egress.ts';
import { openBoxed } from './fixtures/open.ts';
import { NetworkError } from './launcher/request.ts';
import { ask, begin, loopback } from './fixtures/ask.ts';
import { serve } from './fixtures/serve.ts';

const mebi = 2 ** 20;
const piece = Buffer.alloc(64 * 1_024, 7);

describe('an exchange', () => {
  let egress: Egress;
  before(async () => {
    egress = await openBoxed();
  });
  after(() => egress[Symbol.asyncDispose]());

  test('streams both ways at once', async () => {
    await using server = await serve((request, response) => {
      request.pipe(response);
    });
    await using run = egress.forRun(loopback([server.port]));
    const exchange = begin(run, server.url, { method: 'POST', hasBody: true });
    await exchange.write(Buffer.from('first'));
    await exchange.response;
    const reader = exchange.body[Symbol.asyncIterator]();
    assert.equal(Buffer.from((await reader.next()).value ?? []).toString(), 'first');
    await exchange.write(Buffer.from('second'));
    assert.equal(Buffer.from((await reader.next()).value ?? []).toString(), 'second');
    exchange.end();
    assert.equal((await reader.next()).done, true);
  });

  test('carries large bodies whole, in both directions', async () => {
    await using server = await serve((request, response) => {
      request.pipe(response);
    });
    await using run = egress.forRun(loopback([server.port]));
    const body = Buffer.from(Array.from({ length: 3 * mebi + 17 }, (_, index) => index % 251));
    for (const bodyBytes of [null, body.length]) {
      const exchange = begin(run, server.url, { method: 'PUT', hasBody: true, bodyBytes });
      const chunks: Uint8Array[] = [];
      const sent = exchange.write(body).then(() => exchange.end());
      for await (const chunk of exchange.body) chunks.push(chunk);
      await sent;
      assert.deepEqual(Buffer.compare(Buffer.concat(chunks), body), 0);
    }
    const [first] = run.log;
    assert.ok(
      first !== undefined && first.requestBytes > body.length && first.responseBytes > body.length,
    );
  });

  test('announces a length that is known, and fails when it is not kept', async () => {
    const seen: unknown[] = [];
    await using server = await serve((request, response) => {
      seen.push(request.headers['content-length'] ?? request.headers['transfer-encoding']);
      request.resume().on('end', () => response.end());
    });
    await using run = egress.forRun(loopback([server.port]));
    await ask(run, server.url, { method: 'POST', bodyBytes: 4 }, 'four');
    await ask(run, server.url, { method: 'POST' }, 'four');
    await ask(run, server.url, { method: 'POST', bodyBytes: 0 }, '');
    assert.deepEqual(seen, ['4', 'chunked', '0']);
    await assert.rejects(
      ask(run, server.url, { method: 'POST', bodyBytes: 3 }, 'four'),
      NetworkError,
    );
    await assert.rejects(
      ask(run, server.url, { method: 'POST', bodyBytes: 5 }, 'four'),
      NetworkError,
    );
  });

  test('holds the script back when the server does not read', async () => {
    const arrived = Promise.withResolvers<[IncomingMessage, ServerResponse]>();
    await using server = await serve((request, response) => arrived.resolve([request, response]));
    await using clock = await serve((_request, response) => response.end(Buffer.alloc(64 * mebi)));
    await using run = egress.forRun(loopback([server.port, clock.port]));
    const exchange = begin(run, server.url, { method: 'POST', hasBody: true });
    let written = 0;
    const total = 64 * mebi;
    const writing = (async () => {
      for (; written < total; written += piece.length) await exchange.write(piece);
      exchange.end();
    })();
    const [request, response] = await arrived.promise;
    // As long as it takes to carry as much on another connection.
    await ask(run, clock.url);
    assert.ok(written < total / 2, `${written} bytes were taken`);
    let received = 0;
    request
      .on('data', (chunk: Buffer) => (received += chunk.length))
      .on('end', () => response.end());
    await writing;
    await exchange.response;
    assert.equal(received, total);
  });

  test('holds the server back when the script does not read', async () => {
    let sent = 0;
    const total = 64 * mebi;
    await using server = await serve((_request, response) => {
      void (async () => {
        for (; sent < total; sent += piece.length) {
          if (!response.write(piece)) await once(response, 'drain');
        }
        response.end();
      })();
    });
    await using clock = await serve((_request, response) => response.end(Buffer.alloc(64 * mebi)));
    await using run = egress.forRun(loopback([server.port, clock.port]));
    const exchange = begin(run, server.url);
    await exchange.response;
    await ask(run, clock.url);
    assert.ok(sent < total / 2, `${sent} bytes were sent`);
    let received = 0;
    for await (const chunk of exchange.body) received += chunk.length;
    assert.equal(received, total);
  });

  test('is given up in the middle of an upload, and the server sees it cut off', async () => {
    const cut = Promise.withResolvers<boolean>();
    const begun = Promise.withResolvers<void>();
    await using server = await serve((request) => {
      request.once('data', () => begun.resolve());
      request.on('error', () => undefined);
      request.once('close', () => cut.resolve(request.complete));
    });
    await using run = egress.forRun(loopback([server.port]));
    const exchange = begin(run, server.url, { method: 'POST', hasBody: true });
    await exchange.write(piece);
    await begun.promise;
    exchange.abort();
    exchange.abort();
    await assert.rejects(exchange.response, NetworkError);
    await assert.rejects(exchange.write(piece), NetworkError);
    assert.equal(await cut.promise, false);
    await run[Symbol.asyncDispose]();
    assert.deepEqual([run.log.length, run.log[0]?.outcome], [1, 'aborted']);
  });

  for (const how of ['abort', 'leave the loop'] as const) {
    test(`is given up in the middle of a download: ${how}`, async () => {
      const cut = Promise.withResolvers<boolean>();
      await using server = await serve((_request, response) => {
        response.once('close', () => cut.resolve(response.writableFinished));
        response.write(piece);
      });
      await using run = egress.forRun(loopback([server.port]));
      const exchange = begin(run, server.url);
      await exchange.response;
      const reader = exchange.body[Symbol.asyncIterator]();
      await reader.next();
      if (how === 'abort') {
        exchange.abort();
        await assert.rejects(reader.next(), NetworkError);
      } else {
        await reader.return?.();
      }
      assert.equal(await cut.promise, false);
      await run[Symbol.asyncDispose]();
      assert.deepEqual(
        [run.log.length, run.log[0]?.outcome, run.log[0]?.status],
        [1, 'aborted', 200],
      );
    });
  }

  test('takes no more of a body that the server has answered without reading', async () => {
    await using server = await serve((_request, response) => response.end('enough'));
    await using run = egress.forRun(loopback([server.port]));
    const exchange = begin(run, server.url, { method: 'POST', hasBody: true });
    const writing = (async () => {
      for (let index = 0; index < 1_000; index += 1) await exchange.write(piece);
      exchange.end();
    })();
    const chunks: Uint8Array[] = [];
    for await (const chunk of exchange.body) chunks.push(chunk);
    await writing;
    assert.equal(Buffer.concat(chunks).toString(), 'enough');
  });

  test('bounds tiny pieces as it bounds large ones', async () => {
    await using server = await serve((_request) => undefined);
    await using clock = await serve((_request, response) => response.end(Buffer.alloc(16 * mebi)));
    await using run = egress.forRun(loopback([server.port, clock.port]));
    // The six that may be on their way, and one that waits for its turn.
    for (let index = 0; index < 6; index += 1) begin(run, server.url);
    const waiting = begin(run, server.url, { method: 'POST', hasBody: true });
    let written = 0;
    const writing = (async () => {
      for (; written < 100_000; written += 1) await waiting.write(Buffer.from('x'));
    })();
    writing.catch(() => undefined);
    await using other = egress.forRun(loopback([clock.port]));
    await ask(other, clock.url);
    assert.ok(written <= 512, `${written} pieces were taken`);
    waiting.abort();
    await assert.rejects(writing, NetworkError);
  });
});
