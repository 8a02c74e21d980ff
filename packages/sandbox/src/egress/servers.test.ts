import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import type { Egress } from './launcher/egress.ts';
import { openBoxed } from './fixtures/open.ts';
import { NetworkError } from './launcher/request.ts';
import { ask, begin, loopback } from './fixtures/ask.ts';
import { serve, serveRaw } from './fixtures/serve.ts';

const mebi = 2 ** 20;

describe('a hostile or broken server', () => {
  let egress: Egress;
  before(async () => {
    egress = await openBoxed({ timeouts: { connectMs: 400, headersMs: 400, idleMs: 400 } });
  });
  after(() => egress[Symbol.asyncDispose]());

  /** What a script gets from a body sent with that coding, under that many `networkBytes`. */
  async function fetchEncoded(coding: string, body: Uint8Array, networkBytes = 16 * mebi) {
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': coding });
      response.end(body);
    });
    await using run = egress.forRun(loopback([server.port], { networkBytes }));
    const text = await ask(run, server.url).then(
      (asked) => asked.text,
      (error: unknown) => error as Error,
    );
    return { text, entry: run.log[0], run };
  }

  const plain = Buffer.from('castellan '.repeat(1_000));
  const codings: readonly (readonly [string, Uint8Array])[] = [
    ['gzip', gzipSync(plain)],
    ['x-gzip', gzipSync(plain)],
    ['GZIP', gzipSync(plain)],
    ['deflate', deflateSync(plain)],
    ['deflate', deflateRawSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['zstd', zstdCompressSync(plain)],
    ['identity', plain],
    ['deflate, gzip', gzipSync(deflateSync(plain))],
    ['br, identity, zstd', zstdCompressSync(brotliCompressSync(plain))],
  ];
  for (const [coding, body] of codings) {
    test(`has its ${coding} decoded`, async () => {
      assert.equal((await fetchEncoded(coding, body)).text, plain.toString());
    });
  }

  test('gets an unknown coding through as it is, and an empty body', async () => {
    assert.equal((await fetchEncoded('rot13', Buffer.from('pnfgryyna'))).text, 'pnfgryyna');
    assert.equal((await fetchEncoded('gzip', Buffer.alloc(0))).text, '');
    assert.equal((await fetchEncoded('deflate', Buffer.alloc(0))).text, '');
  });

  const zeros = Buffer.alloc(50 * mebi);
  const bombs: readonly (readonly [string, Uint8Array])[] = [
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['br', brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
    ['zstd', zstdCompressSync(zeros)],
    ['gzip, gzip', gzipSync(gzipSync(zeros))],
    // The middle stage swells and the last one gives nothing: a gzip stream of empty blocks.
    [
      'gzip, gzip',
      gzipSync(
        Buffer.concat([
          gzipSync('').subarray(0, 10),
          ...Array<Buffer>(4 * mebi).fill(Buffer.from([0, 0, 0, 255, 255])),
        ]),
      ),
    ],
  ];
  for (const [index, [coding, body]] of bombs.entries()) {
    test(`has its bomb stopped at networkBytes: ${coding} (${index})`, async () => {
      assert.ok(body.length < mebi / 2);
      const { text, entry } = await fetchEncoded(coding, body, mebi);
      assert.ok(text instanceof NetworkError);
      assert.equal(entry?.outcome, 'denied');
      assert.match(entry.reason ?? '', /more than 1048576 bytes \(networkBytes\)/);
      assert.ok(
        entry.responseBytes > mebi / 2 && entry.responseBytes < 1.2 * mebi,
        `${entry.responseBytes}`,
      );
    });
  }

  test('cannot ask for a chain of codings, nor for a window of 128 MiB', async () => {
    const chain = await fetchEncoded('gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(plain))));
    assert.match(chain.entry?.reason ?? '', /more than 2 content codings/);
    const far = zstdCompressSync(zeros, { params: { [constants.ZSTD_c_windowLog]: 27 } });
    const { text, entry } = await fetchEncoded('zstd', far);
    assert.ok(text instanceof NetworkError);
    assert.equal(entry?.outcome, 'failed');
    assert.ok(entry.responseBytes < mebi);
  });

  test('whose coding is a lie fails the body', async () => {
    for (const coding of ['gzip', 'deflate', 'br', 'zstd']) {
      const { text } = await fetchEncoded(
        coding,
        Buffer.from('not encoded at all, and long enough to tell'),
      );
      assert.ok(text instanceof NetworkError, coding);
    }
  });

  const ok = 'HTTP/1.1 200 OK\r\n';
  const answers: readonly (readonly [string, (socket: Socket) => void, RegExp])[] = [
    [
      'one header of 40 kB',
      (socket) => socket.write(`${ok}a: ${'x'.repeat(40_000)}\r\n\r\n`),
      /Headers Overflow/,
    ],
    ['headers without end', (socket) => endless(socket, ok, 'a: b\r\n'), /Headers Overflow/],
    [
      'a status line without end',
      (socket) => endless(socket, 'HTTP/1.1 200 ', 'x'.repeat(1_000)),
      /./,
    ],
    [
      'informational responses without end',
      (socket) => endless(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n'),
      /too many informational/,
    ],
    ['silence', () => undefined, /Headers Timeout/],
    [
      'a body that stops',
      (socket) => socket.write(`${ok}content-length: 9\r\n\r\nabc`),
      /Body Timeout/,
    ],
    [
      'a chunk extension without end',
      (socket) => endless(socket, `${ok}transfer-encoding: chunked\r\n\r\n1;`, 'x'.repeat(1_000)),
      /./,
    ],
    [
      'trailers without end',
      (socket) => endless(socket, `${ok}transfer-encoding: chunked\r\n\r\n0\r\n`, 'a: b\r\n'),
      /./,
    ],
    ['a body that is cut off', (socket) => socket.end(`${ok}content-length: 9\r\n\r\nabc`), /./],
    ['nothing but an end', (socket) => socket.end(), /other side closed/],
    ['a reset', (socket) => socket.resetAndDestroy(), /./],
    ['no HTTP', (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'), /protocol/],
    [
      'an upgrade',
      (socket) =>
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
        ),
      /./,
    ],
    [
      'two lengths',
      (socket) => socket.write(`${ok}content-length: 1\r\ncontent-length: 2\r\n\r\nab`),
      /./,
    ],
    [
      'a length and chunks',
      (socket) =>
        socket.write(`${ok}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
      /./,
    ],
    ['a header with NUL', (socket) => socket.write(`${ok}a: b\0c\r\n\r\n`), /./],
  ];
  for (const [what, answer, reason] of answers) {
    test(`that answers ${what} fails, in the one wording`, async () => {
      await using server = await serveRaw((socket) => {
        socket.once('data', () => answer(socket));
      });
      await using run = egress.forRun(loopback([server.port], { networkBytes: 8 * mebi }));
      await assert.rejects(ask(run, server.url), { name: 'NetworkError', message: 'fetch failed' });
      const [entry] = run.log;
      assert.equal(run.log.length, 1);
      assert.ok(entry !== undefined && entry.outcome !== 'ok');
      assert.match(entry.reason ?? '', reason);
      // The gateway is none the worse for it.
      await using honest = await serve((_request, response) => response.end('still here'));
      await using next = egress.forRun(loopback([honest.port]));
      assert.equal((await ask(next, honest.url)).text, 'still here');
    });
  }

  test('that never finishes a TLS handshake is given up', async () => {
    await using server = await serveRaw(() => undefined);
    await using run = egress.forRun(loopback([server.port]));
    await assert.rejects(ask(run, server.url.replace('http:', 'https:')), NetworkError);
    assert.match(run.log[0]?.reason ?? '', /no connection in time/);
  });

  test('cannot put control characters into the log', async () => {
    await using server = await serveRaw((socket) => {
      const location = Buffer.from('http://\u0085\u202e\u009b31m x/', 'utf8');
      socket.end(
        Buffer.concat([
          Buffer.from('HTTP/1.1 302 \u009bFound\r\nlocation: ', 'latin1'),
          location,
          Buffer.from('\r\n\r\n'),
        ]),
      );
    });
    await using run = egress.forRun(loopback([server.port]));
    await assert.rejects(ask(run, server.url), NetworkError);
    assert.match(run.log[0]?.reason ?? '', /is no URL/);
    assert.doesNotMatch(JSON.stringify(run.log), /[\u0000-\u001f\u007f-\u009f\u202e]/);
  });

  test('that sends on for ever is left after 20 redirects', async () => {
    let asked = 0;
    await using server = await serve(({ url }, response) => {
      asked += 1;
      const left = Number(url?.slice(1));
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` });
      response.end('arrived');
    });
    await using run = egress.forRun(loopback([server.port]));
    const arrived = await ask(run, `${server.url}/20`);
    assert.deepEqual(
      [arrived.text, arrived.head.redirected, arrived.head.url],
      ['arrived', true, `${server.url}/0`],
    );
    asked = 0;
    await assert.rejects(ask(run, `${server.url}/100`), NetworkError);
    assert.equal(asked, 21);
    assert.match(run.log.at(-1)?.reason ?? '', /more than 20 redirects/);
    assert.equal(server.connections.length, 1, 'redirects on one origin share a connection');
  });

  test('cannot send more around a body than may be in it', async () => {
    for (const [name, extension] of [
      ['extensions', `;${'x'.repeat(16_000)}`],
      ['no extension', ''],
    ] as const) {
      let sent = 0;
      await using server = await serveRaw((socket) => {
        const piece = Buffer.from(`1${extension}\r\na\r\n`.repeat(100));
        const write = (): void => {
          while (!socket.destroyed && socket.write(piece)) sent += piece.length;
          sent += piece.length;
        };
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
          socket.on('drain', write);
          write();
        });
      });
      await using run = egress.forRun(loopback([server.port], { networkBytes: mebi }));
      await assert.rejects(ask(run, server.url), NetworkError, name);
      assert.equal(run.log[0]?.outcome, 'denied', name);
      assert.match(run.log[0]?.reason ?? '', /more than 1048576 bytes \(networkBytes\)/, name);
      assert.ok(run.networkBytes < 2 * mebi, `${run.networkBytes} bytes were charged`);
      // What lies in the buffers of both ends has been sent, and is not read.
      assert.ok(sent < 24 * mebi, `${name}: ${sent} bytes were sent`);
    }
  });

  test('cannot keep a run from ending', async () => {
    await using server = await serveRaw(() => undefined);
    const run = egress.forRun(loopback([server.port]));
    const exchange = begin(run, server.url);
    await run[Symbol.asyncDispose]();
    await assert.rejects(exchange.response, NetworkError);
    assert.equal(run.log[0]?.outcome, 'aborted');
  });
});

/** Writes for as long as somebody takes it. */
function endless(socket: Socket, head: string, more: string): void {
  const block = more.repeat(Math.ceil(16_384 / more.length));
  socket.write(head);
  const write = (): void => {
    while (!socket.destroyed && socket.write(block));
  };
  socket.on('drain', write);
  write();
}
