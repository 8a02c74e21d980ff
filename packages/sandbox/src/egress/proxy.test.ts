import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { buffer, text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import type { NetworkCode, NetworkEntry } from '@castellan/protocol';
import { openBoxed } from './fixtures/open.ts';
import type { ProxyStream } from './launcher/request.ts';
import { certificate } from './fixtures/certificate.ts';
import { loopback } from './fixtures/ask.ts';
import { openNameServer } from './fixtures/dns.ts';
import { serve, serveRaw, serveTls } from './fixtures/serve.ts';
import { unanswered } from './messages.ts';
import { mostTunnels } from './gateway/tunnel.ts';
import { until } from '../../../../test/shared/until.support.ts';
import { carryProxy } from './launcher/proxy-stream.ts';
import type { RunEgress } from './launcher/run-egress.ts';

interface Listening extends AsyncDisposable {
  readonly port: number;
}

/** What stands in a box: a port whose connections are carried to the run's proxy. */
async function forwarder(run: RunEgress): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    carryProxy(socket, run);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

async function viaProxy(port: number, url: string, rest: object = {}, body = ''): Promise<Answer> {
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    path: url,
    headers: { host: new URL(url).host },
    ...rest,
  });
  // A reset after the head fails the body, which is read.
  request.on('error', () => undefined);
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode,
    headers: response.headers,
    body: await text(response),
  };
}

async function tunnel(
  port: number,
  authority: string,
): Promise<{ status: number | undefined; socket: Socket }> {
  const request = httpRequest({ host: '127.0.0.1', port, method: 'CONNECT', path: authority });
  request.end();
  const [response, socket, head] = (await once(request, 'connect')) as [
    IncomingMessage,
    Socket,
    Buffer,
  ];
  // What the server has said by then came with the answer.
  if (head.length > 0) socket.unshift(head);
  return { status: response.statusCode, socket };
}

describe('the proxy of a run', () => {
  test('lets a run have so many tunnels at a time; the next one waits for a place', async () => {
    await using server = await serveRaw((socket) => void socket.resume());
    await using egress = await openBoxed();
    await using run = egress.forRun({ ...loopback([server.port]), networkRequests: 1_000 });
    await using box = await forwarder(run);
    const authority = `127.0.0.1:${server.port}`;
    const open = await Promise.all(
      Array.from({ length: mostTunnels }, () => tunnel(box.port, authority)),
    );
    let isThrough = false;
    const next = tunnel(box.port, authority).then((made) => {
      isThrough = true;
      return made;
    });
    // A plain request behind it has been answered by the time that it is through, if it were.
    await assert.rejects(viaProxy(box.port, 'http://not-allowed.example/'));
    assert.equal(isThrough, false);
    open[0]?.socket.destroy();
    assert.equal((await next).status, 200);
    for (const { socket } of [...open, await next]) socket.destroy();
  });

  test('outlives clients that hang up in the middle of their requests', async () => {
    await using egress = await openBoxed({ resolver: ['127.0.0.1:1'] });
    await using run = egress.forRun({
      allow: ['nowhere.test', '127.0.0.1'],
      networkRequests: 1_000,
      networkBytes: 1_000,
    });
    await using local = await forwarder(run);
    const { pid } = egress;
    for (const said of [
      'GET http://nowhere.test/ HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET http://127.0.0.1/ HTTP/1.1\r\nHost: x\r\n\r\n',
      'CONNECT nowhere.test:443 HTTP/1.1\r\n\r\n',
      'POST http://nowhere.test/ HTTP/1.1\r\nContent-Length: 9\r\n\r\n1',
    ]) {
      for (const hangUp of ['end', 'destroySoon', 'resetAndDestroy'] as const) {
        const socket = connect(local.port, '127.0.0.1').on('error', () => undefined);
        await once(socket, 'connect');
        const closed = new Promise((resolve) => socket.once('close', resolve));
        socket.write(said);
        socket[hangUp]();
        socket.resume();
        await closed;
      }
    }
    await assert.rejects(viaProxy(local.port, 'http://127.0.0.1/'));
    assert.equal(egress.pid, pid);
    assert.doesNotMatch(JSON.stringify(run.log), /the gateway ended/);
  });

  test('puts secrets in where they are bound, and takes them out of heads', async () => {
    await using server = await serve((request, response) => {
      const { authorization = '', 'x-request-id': id = '' } = request.headers;
      const names = [
        'x-request-id',
        String(id),
        'x-echo',
        authorization,
        authorization.slice(7),
        'x',
      ];
      const location = `http://127.0.0.1:1/?key=${authorization.slice(7)}`;
      response.writeHead(302, `To ${authorization}`, [...names, 'location', location]);
      response.end();
    });
    await using egress = await openBoxed();
    const secrets = {
      '{{token}}': { value: 'sk-very-secret', hosts: [`127.0.0.1:${server.port}`] },
    };
    await using run = egress.forRun(loopback([server.port], { secrets }));
    await using box = await forwarder(run);
    const { status, headers } = await viaProxy(box.port, `${server.url}/`, {
      headers: { authorization: 'Bearer {{token}}', 'x-request-id': 'a {{token}}' },
    });
    assert.equal(status, 302);
    assert.deepEqual(
      [headers['x-request-id'], headers['x-echo'], headers['location']],
      ['a {{token}}', 'Bearer {{token}}', 'http://127.0.0.1:1/?key={{token}}'],
    );
    assert.match(run.log[0]?.reason ?? '', /^secret_not_bound: .* header x-request-id;/);
    assert.doesNotMatch(JSON.stringify([headers, run.log]), /sk-very/);
  });

  test('carries a plain request out, body and all, and logs it like one of fetch', async () => {
    await using server = await serve((request, response) => {
      request.setEncoding('utf8').on('data', (chunk) => response.write(`got ${chunk}`));
      request.on('end', () => response.end());
    });
    await using egress = await openBoxed();
    await using run = egress.forRun(loopback([server.port]));
    await using local = await forwarder(run);
    const url = `${server.url}/x?y`;
    const answer = await viaProxy(local.port, url, { method: 'POST' }, 'hello');
    assert.deepEqual([answer.status, answer.body], [200, 'got hello']);
    const [entry] = run.log;
    assert.deepEqual(
      [entry?.method, entry?.url, entry?.status, entry?.outcome, entry?.address],
      ['POST', url, 200, 'ok', '127.0.0.1'],
    );
  });

  test('hands heads and bodies on as they are: codings, order, case, repeated headers', async () => {
    const body = gzipSync('a'.repeat(100_000));
    let asked: readonly string[] = [];
    await using server = await serve((request, response) => {
      asked = request.rawHeaders;
      response.sendDate = false;
      response.writeHead(200, [
        'Content-Encoding',
        'gzip',
        'set-Cookie',
        'a=1',
        'X-B',
        '1',
        'set-Cookie',
        'b=2',
        'Content-Length',
        String(body.length),
      ]);
      response.end(body);
    });
    await using egress = await openBoxed();
    await using run = egress.forRun(loopback([server.port]));
    await using local = await forwarder(run);
    const sent = ['Z-First', '1', 'accept-Encoding', 'gzip, br', 'Cookie', 'a=1', 'z-first', '2'];
    const request = httpRequest({
      host: '127.0.0.1',
      port: local.port,
      path: `${server.url}/`,
      headers: ['Host', '127.0.0.1', ...sent],
    });
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const raw = response.rawHeaders.slice(0, 10);
    assert.deepEqual(
      raw.filter((_, at) => at % 2 === 0).join(),
      'Content-Encoding,set-Cookie,X-B,set-Cookie,Content-Length',
    );
    assert.deepEqual(response.headers['set-cookie'], ['a=1', 'b=2']);
    assert.equal(response.headers.date, undefined);
    assert.deepEqual(await buffer(response), body);
    // Nothing but what belongs to a connection is added.
    const names = asked.filter((name, at) => at % 2 === 0 && !/^(?:host|connection)$/i.test(name));
    assert.deepEqual(
      names,
      sent.filter((_, at) => at % 2 === 0),
    );
    await until('the log has an entry', () => run.log.length === 1);
    assert.equal(run.log[0]?.code, null);
  });

  test('resets a client whose answer or tunnel is cut off, so that it does not look whole', async () => {
    await using server = await serveRaw((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
        setImmediate(() => socket.resetAndDestroy());
      });
    });
    await using egress = await openBoxed();
    await using run = egress.forRun(loopback([server.port]));
    await using local = await forwarder(run);
    await assert.rejects(viaProxy(local.port, `http://127.0.0.1:${server.port}/`), {
      code: 'ECONNRESET',
    });
    const { socket } = await tunnel(local.port, `127.0.0.1:${server.port}`);
    socket.write('GET');
    await assert.rejects(buffer(socket), { code: 'ECONNRESET' });
    await until('the log has both', () => run.log.length === 2);
    assert.deepEqual(
      run.log.map(({ outcome, code }) => [outcome, code]),
      [
        ['failed', 'connection_reset'],
        ['failed', 'connection_reset'],
      ],
    );
  });

  test('tells a browser what cannot be an answer, and the launcher why, before it', async () => {
    await using silent = await serveRaw((socket) => void socket.resume());
    await using closing = await serveRaw((socket) => void socket.once('data', () => socket.end()));
    await using broken = await serveRaw((socket) => void socket.end('no HTTP at all\r\n\r\n'));
    await using forging = await serveRaw((socket) => void socket.end(unanswered));
    await using names = await openNameServer((name) =>
      name === 'inside.test' ? ['10.0.0.1'] : 'nxdomain',
    );
    await using egress = await openBoxed({
      timeouts: { connectMs: 2_000, headersMs: 300, idleMs: 300 },
      resolver: [names.server],
    });
    const ports = [silent.port, closing.port, broken.port, forging.port, 1_024];
    await using run = egress.forRun(
      loopback(ports, { allow: ['*:1024', ...ports.map((port) => `127.0.0.1:${port}`)] }),
    );
    const rows: readonly (readonly [url: string, code: NetworkCode])[] = [
      [`http://127.0.0.1:${silent.port}/`, 'timed_out'],
      [`http://127.0.0.1:${closing.port}/`, 'connection_closed'],
      [`http://127.0.0.1:${broken.port}/`, 'invalid_response'],
      [`http://127.0.0.1:${forging.port}/`, 'invalid_response'],
      ['http://127.0.0.1:1024/', 'connection_refused'],
      ['http://nowhere.test:1024/', 'name_not_resolved'],
      ['http://inside.test:1024/', 'address_not_allowed'],
      ['http://10.0.0.1:1024/', 'not_allowed'],
      ['http://localhost:1025/', 'not_allowed'],
      ['http://127.0.0.1/', 'not_allowed'],
    ];
    for (const [url, code] of rows) {
      const ended: NetworkEntry[] = [];
      const stream = run.proxy({ reached: () => undefined, ended: (entry) => ended.push(entry) });
      const { host } = new URL(url);
      await stream.write(
        Buffer.from(`POST ${url} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\n\r\nx`),
      );
      const said: Uint8Array[] = [];
      for await (const piece of stream.body) {
        assert.equal(ended[0]?.code, code, `${url}: ${ended[0]?.reason}`);
        said.push(piece);
      }
      assert.equal(Buffer.concat(said).toString(), unanswered, url);
    }
  });

  test('leaves redirects to the client', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    });
    await using egress = await openBoxed();
    await using run = egress.forRun(loopback([server.port]));
    await using local = await forwarder(run);
    const answer = await viaProxy(local.port, `${server.url}/`);
    assert.deepEqual([answer.status, answer.headers['location']], [302, 'http://169.254.169.254/']);
    assert.equal(run.log.length, 1);
  });

  test('tunnels bytes to an allowed host and port, counts them, and ends with the server', async () => {
    await using server = await serveTls((_request, response) => response.end('over TLS'));
    await using egress = await openBoxed();
    await using run = egress.forRun(loopback([server.port]));
    await using local = await forwarder(run);
    const { status, socket } = await tunnel(local.port, `127.0.0.1:${server.port}`);
    assert.equal(status, 200);
    const secure = connectTls({ socket, ca: certificate, checkServerIdentity: () => undefined });
    secure.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    assert.match(await text(secure), /over TLS$/);
    await until('the log has an entry', () => run.log.length === 1);
    const [entry] = run.log;
    assert.deepEqual(
      [entry?.method, entry?.url, entry?.outcome, entry?.address],
      ['CONNECT', `127.0.0.1:${server.port}`, 'ok', '127.0.0.1'],
    );
    assert.ok((entry?.requestBytes ?? 0) > 100 && (entry?.responseBytes ?? 0) > 500);
  });

  test('refuses what fetch refuses: a response to nobody, and one wording for a tunnel', async () => {
    await using server = await serve((_request, response) => response.end('never'));
    await using egress = await openBoxed();
    await using run = egress.forRun(
      loopback([], { allow: ['127.0.0.1:8999', '*.test', '169.254.169.254'], networkRequests: 50 }),
    );
    await using local = await forwarder(run);
    const authorities = [
      `127.0.0.1:${server.port}`,
      'localhost:443',
      '169.254.169.254:80',
      '0x7f.1:443',
      '[::1]:443',
      'a.test:22',
      'user@a.test:443',
      'a.test',
      'a.test:443/x',
      'a.test:99999',
      '',
    ];
    for (const authority of authorities) {
      assert.equal((await tunnel(local.port, authority)).status, 502, authority);
    }
    const urls = [`${server.url}/`, 'http://169.254.169.254/', 'http://[::ffff:127.0.0.1]/'];
    for (const url of urls) {
      await assert.rejects(viaProxy(local.port, url), { code: 'ECONNRESET' }, url);
    }
    await assert.rejects(viaProxy(local.port, 'http://x/', { path: '/origin-form' }));
    assert.deepEqual([...new Set(run.log.map(({ outcome }) => outcome))], ['denied']);
    assert.equal(run.log.length, authorities.length + urls.length + 1);
    assert.equal(server.connections.length, 0);
  });

  test('counts every request and every byte of the run', async () => {
    await using server = await serveRaw((socket) => void socket.write(Buffer.alloc(1_000_000)));
    await using egress = await openBoxed();
    await using run = egress.forRun(
      loopback([server.port], { networkRequests: 2, networkBytes: 300_000 }),
    );
    await using local = await forwarder(run);
    const { socket } = await tunnel(local.port, `127.0.0.1:${server.port}`);
    socket.resume();
    await assert.rejects(once(socket, 'close'), { code: 'ECONNRESET' });
    await until('the log has an entry', () => run.log.length === 1);
    assert.match(run.log[0]?.reason ?? '', /more than 300000 bytes/);
    assert.deepEqual(run.exceeded, { networkRequests: false, networkBytes: true });
    for (let index = 0; index < 4; index += 1) {
      assert.equal((await tunnel(local.port, `127.0.0.1:${server.port}`)).status, 502);
    }
    assert.match(run.log.at(-1)?.reason ?? '', /more than 2 requests/);
    assert.deepEqual(run.exceeded, { networkRequests: true, networkBytes: true });
    assert.equal(run.log.length, 3);
  });

  test('holds a server back that sends faster than the client reads', async () => {
    let sent = 0;
    await using server = await serveRaw((socket) => {
      const more = (): void => {
        while (socket.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      socket.on('drain', more);
      more();
    });
    await using egress = await openBoxed();
    await using run = egress.forRun(loopback([server.port]));
    const stream = run.proxy();
    await stream.write(Buffer.from(`CONNECT 127.0.0.1:${server.port} HTTP/1.1\r\n\r\n`));
    const reader = stream.body[Symbol.asyncIterator]();
    await reader.next();
    let before = -1;
    while (before !== sent) {
      before = sent;
      for (let index = 0; index < 2_000; index += 1) await turn();
    }
    assert.ok(sent < 32 * 2 ** 20, `${sent} bytes were taken from the server`);
    stream.abort();
  });

  test('ends its tunnels with the run, and says that they went well', async () => {
    await using server = await serveRaw((socket) => void socket.write('hello'));
    await using egress = await openBoxed();
    const run = egress.forRun(loopback([server.port]));
    await using local = await forwarder(run);
    const { socket } = await tunnel(local.port, `127.0.0.1:${server.port}`);
    await once(socket, 'data');
    const closed = once(
      socket.on('error', () => undefined),
      'close',
    );
    await run[Symbol.asyncDispose]();
    await closed;
    await until('all connections are closed', () =>
      server.connections.every(({ closed: isClosed }) => isClosed),
    );
    assert.deepEqual(
      run.log.map(({ outcome }) => outcome),
      ['ok'],
    );
  });

  test('survives clients that speak no HTTP, or vanish', async () => {
    await using server = await serve((_request, response) => response.end('x'));
    await using egress = await openBoxed();
    const { pid } = egress;
    await using run = egress.forRun(loopback([server.port]));
    await using local = await forwarder(run);
    for (const said of [
      '\0\0\0',
      'GET\r\n\r\n',
      `GET ${server.url}/ HTTP/1.1\r\nA: ${'x'.repeat(99_999)}`,
    ]) {
      const stream = run.proxy();
      void stream.write(Buffer.from(said)).catch(() => undefined);
      const reader = stream.body[Symbol.asyncIterator]();
      while ((await reader.next()).done !== true);
    }
    run.proxy().abort();
    run.proxy().end();
    assert.equal((await viaProxy(local.port, `${server.url}/`)).body, 'x');
    assert.equal(egress.pid, pid);
  });

  test('are not more than a run may have open, also not by giving them up', async () => {
    await using egress = await openBoxed();
    await using run = egress.forRun(loopback([80]));
    const fails = (stream: ProxyStream): Promise<unknown> =>
      assert.rejects(stream.body[Symbol.asyncIterator]().next(), { name: 'NetworkError' });
    const streams = Array.from({ length: 2_048 }, () => run.proxy());
    await fails(run.proxy());
    for (const stream of streams) stream.abort();
    await fails(run.proxy());
    // The gateway answers in order: what was given up first is over first.
    for (let more = run.proxy(); ; more = run.proxy()) {
      const answer = more.body[Symbol.asyncIterator]().next();
      void more.write(Buffer.from('CONNECT a.test:22 HTTP/1.1\r\n\r\n')).catch(() => undefined);
      const said = await answer.catch(() => undefined);
      if (said !== undefined) break;
      await turn();
    }
  });
});
