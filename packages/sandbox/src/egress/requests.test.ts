import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { Egress } from './launcher/egress.ts';
import { openBoxed } from './fixtures/open.ts';
import { NetworkError } from './launcher/request.ts';
import { ask, begin, header, loopback } from './fixtures/ask.ts';
import { certificate } from './fixtures/certificate.ts';
import { type NameServer, openNameServer } from './fixtures/dns.ts';
import { serve, type Served, serveRaw, serveTls } from './fixtures/serve.ts';
import type { RunNetwork } from './rules/network.ts';

describe('a request', () => {
  let egress: Egress;
  let names: NameServer;
  let plain: Served;
  let secure: Served;

  before(async () => {
    names = await openNameServer((name) => {
      if (name === 'broken.test') return 'servfail';
      if (name === 'mute.test') return 'silence';
      if (name === 'wrapped.test') return ['::ffff:127.0.0.1'];
      return name.endsWith('.test') && name !== 'none.test' ? ['127.0.0.1'] : 'nxdomain';
    });
    egress = await openBoxed({ resolver: [names.server], ca: certificate });
    const tell = (open: typeof serve): Promise<Served> =>
      open((request, response) => {
        response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'], 'x-method': request.method ?? '' });
        response.end(JSON.stringify(request.headers));
      });
    [plain, secure] = await Promise.all([tell(serve), tell(serveTls)]);
  });
  after(async () => {
    await Promise.all([egress, names, plain, secure].map((open) => open[Symbol.asyncDispose]()));
  });

  const open = (rest: Partial<RunNetwork> = {}) =>
    egress.forRun(loopback([plain.port, secure.port], rest));
  const headersOf = ({ text }: { text: string }): IncomingHttpHeaders =>
    JSON.parse(text) as IncomingHttpHeaders;

  test('goes out over TLS with the name of the host, and is checked against it', async () => {
    await using run = open({
      allow: [`*.test:${secure.port}`, `127.0.0.1:${secure.port}`, `wrong.example:${secure.port}`],
    });
    const { head } = await ask(run, `https://a.test:${secure.port}/x#y`);
    assert.deepEqual(
      [head.status, head.statusText, head.url, head.redirected],
      [200, 'OK', `https://a.test:${secure.port}/x`, false],
    );
    assert.equal((await ask(run, secure.url)).head.status, 200);
    assert.equal(run.log[0]?.address, '127.0.0.1');
    // The certificate is good for other names.
    await assert.rejects(ask(run, `https://b.a.test:${secure.port}/`), NetworkError);
    assert.match(run.log.at(-1)?.reason ?? '', /altnames/);
    await using strict = await openBoxed({ resolver: [names.server] });
    await using distrust = strict.forRun(loopback([secure.port]));
    await assert.rejects(ask(distrust, secure.url), NetworkError);
    assert.match(distrust.log[0]?.reason ?? '', /self-signed/);
  });

  test('leaves out what is not for scripts to say', async () => {
    await using run = open();
    const forbidden = [
      'Host',
      'Connection',
      'Keep-Alive',
      'TE',
      'Trailer',
      'Transfer-Encoding',
      'Upgrade',
      'Content-Length',
      'Expect',
      'Proxy-Connection',
      'Proxy-Authorization',
      'proxy-x',
      'X-Forwarded-For',
      'x-forwarded-host',
      'Forwarded',
      'Via',
      'Metadata',
      'Metadata-Flavor',
      'X-Google-Metadata-Request',
      'X-aws-ec2-metadata-token',
      'X-aws-ec2-metadata-token-ttl-seconds',
    ];
    const headers = [
      ...forbidden.map((name) => [name, 'evil'] as const),
      ['X-Fine', 'fine'] as const,
      ['x-fine', 'too'] as const,
    ];
    const seen = headersOf(await ask(run, plain.url, { headers }));
    assert.deepEqual(seen, {
      host: `127.0.0.1:${plain.port}`,
      connection: 'keep-alive',
      'x-fine': 'fine, too',
      'user-agent': 'Castellan',
      accept: '*/*',
      'accept-encoding': 'gzip, deflate, br, zstd',
    });
    const own = headersOf(
      await ask(run, plain.url, {
        headers: [
          ['User-Agent', 'mine'],
          ['Accept', 'a/b'],
          ['Range', 'bytes=0-1'],
        ],
      }),
    );
    assert.deepEqual(
      [own['user-agent'], own.accept, own['accept-encoding']],
      ['mine', 'a/b', 'identity'],
    );
  });

  test('is refused for headers and methods that no request has', async () => {
    await using run = open();
    const bad = [
      ['a', 'b\r\nc: d'],
      ['a', 'b\nc'],
      ['a', 'b\0c'],
      ['a', '\u0101'],
      ['a b', 'c'],
      ['a:', 'c'],
      ['', 'c'],
      ['a\r\n', 'c'],
      ['a', 'x'.repeat(40_000)],
    ] as const;
    for (const pair of bad)
      await assert.rejects(ask(run, plain.url, { headers: [pair] }), NetworkError);
    for (const method of [
      'CONNECT',
      'connect',
      'TRACE',
      'TRACK',
      'GET /x HTTP/1.1\r\n',
      '',
      'A B',
      'x'.repeat(33),
    ]) {
      await assert.rejects(ask(run, plain.url, { method }), NetworkError);
    }
    await assert.rejects(ask(run, plain.url, { method: 'GET' }, 'a body'), NetworkError);
    assert.deepEqual([...new Set(run.log.map(({ outcome }) => outcome))], ['denied']);
    const custom = await ask(run, plain.url, { method: 'propfind' });
    assert.equal(header(custom, 'x-method'), undefined);
  });

  test('keeps to the lists: exact, suffix, port, and what is denied', async () => {
    const { port } = plain;
    const rows: readonly (readonly [Partial<RunNetwork>, string, boolean])[] = [
      [{ allow: [`a.test:${port}`] }, `http://a.test:${port}/`, true],
      [{ allow: [`A.TEST.:${port}`] }, `http://a.test:${port}/`, true],
      [{ allow: [`a.test:${port}`] }, `http://A.test.:${port}/`, true],
      [{ allow: [`a.test:${port}`] }, `http://b.test:${port}/`, false],
      [{ allow: [`a.test:${port}`] }, `http://a.test.evil.test:${port}/`, false],
      [{ allow: [`a.test:${port}`] }, `http://xa.test:${port}/`, false],
      [{ allow: ['a.test'] }, `http://a.test:${port}/`, false],
      [{ allow: ['*'] }, `http://a.test:${port}/`, false],
      [{ allow: [`*:${port}`] }, `http://a.test:${port}/`, true],
      [{ allow: [`*.test:${port}`] }, `http://b.a.test:${port}/`, true],
      [{ allow: [`*.a.test:${port}`] }, `http://a.test:${port}/`, false],
      [{ allow: [`*.a.test:${port}`] }, `http://ba.test:${port}/`, false],
      [{ allow: [`*.a.test:${port}`] }, `http://a.test.b.test:${port}/`, false],
      [{ allow: [`*:${port}`], deny: ['a.test'] }, `http://a.test:${port}/`, false],
      [{ allow: [`*:${port}`], deny: ['*.test'] }, `http://a.test:${port}/`, false],
      [{ allow: [`*:${port}`], deny: [`a.test:${port + 1}`] }, `http://a.test:${port}/`, true],
      [{ allow: [`*:${port}`], deny: ['127.0.0.0/8'] }, `http://a.test:${port}/`, false],
      [{ allow: [`*:${port}`], deny: ['127.0.0.1'] }, `http://127.0.0.1:${port}/`, false],
      [{ allow: [`*:${port}`], blockedAddresses: ['127.0.0.1'] }, `http://a.test:${port}/`, false],
      [{ allow: [`*:${port}`], allowPrivate: [] }, `http://a.test:${port}/`, false],
      [{ allow: [`*:${port}`], allowPrivate: ['127.0.0.2/32'] }, `http://a.test:${port}/`, false],
      [{ allow: [`*:${port}`], allowPrivate: ['127.0.0.1/32'] }, `http://a.test:${port}/`, true],
      [{ allow: [`*:${port}`] }, `http://localhost:${port}/`, true],
      [{ allow: [] }, `http://127.0.0.1:${port}/`, false],
    ];
    for (const [part, url, reaches] of rows) {
      const made = plain.connections.length;
      await using run = open(part);
      const answer = ask(run, url).then(
        ({ head }) => head.status,
        (error: unknown) => (error as Error).message,
      );
      assert.equal(await answer, reaches ? 200 : 'fetch failed', JSON.stringify([part, url]));
      assert.equal(plain.connections.length - made, reaches ? 1 : 0, JSON.stringify([part, url]));
      assert.equal(run.log[0]?.outcome, reaches ? 'ok' : 'denied');
    }
  });

  test('connects by IPv4 where a name only has IPv4 wrapped in IPv6', async () => {
    await using run = open();
    assert.equal((await ask(run, `http://wrapped.test:${plain.port}/`)).head.status, 200);
    assert.equal(run.log[0]?.address, '127.0.0.1');
  });

  test('fails in one wording, whatever the reason, and tells the operator', async () => {
    await using gone = await serve(() => undefined);
    const closedPort = gone.port;
    await gone[Symbol.asyncDispose]();
    await using run = open({ allow: ['*', `*:${closedPort}`, `*.test:${closedPort}`] });
    const rows: readonly (readonly [string, string, RegExp])[] = [
      [`http://127.0.0.1:${closedPort}/`, 'failed', /ECONNREFUSED/],
      ['http://none.test/', 'failed', /^"none\.test" has no address$/],
      ['http://broken.test/', 'failed', /ESERVFAIL/],
      ['http://mute.test/', 'failed', /ETIMEOUT/],
      ['http://10.0.0.1/', 'denied', /is not public/],
      ['http://a.test:81/', 'denied', /not in the host list/],
      ['http://a.test:22/', 'denied', /port 22 is never reached/],
      ['not a url', 'denied', /is no URL/],
      ['http://user:hunter2@a.test/', 'denied', /user name or password/],
    ];
    for (const [url, outcome, reason] of rows) {
      const error: unknown = await ask(run, url).catch((thrown: unknown) => thrown);
      assert.ok(
        error instanceof NetworkError && error.message === 'fetch failed' && !('cause' in error),
      );
      const entry = run.log.at(-1);
      assert.equal(entry?.outcome, outcome, url);
      assert.match(entry.reason ?? '', reason, url);
    }
    assert.doesNotMatch(JSON.stringify(run.log), /hunter2/);
    assert.deepEqual(
      run.log.map(({ seq }) => seq),
      rows.map((_, index) => index + 1),
    );
  });

  test('sends nothing to a connection that arrives somewhere else', async () => {
    const received: Buffer[] = [];
    await using server = await serveRaw(
      (socket) => void socket.on('data', (data: Buffer) => received.push(data)),
    );
    await using run = egress.forRun({
      ...loopback([]),
      allow: [`0.0.0.0:${server.port}`],
      allowPrivate: ['0.0.0.0/32'],
    });
    for (const scheme of ['http', 'https']) {
      await assert.rejects(ask(run, `${scheme}://0.0.0.0:${server.port}/`), NetworkError);
      assert.match(run.log.at(-1)?.reason ?? '', /a connection to 0.0.0.0 arrived at 127.0.0.1/);
    }
    assert.ok(server.connections.length > 0, 'the kernel takes this address for loopback');
    assert.deepEqual(received, []);
  });

  test('carries a secret to the hosts that it is bound to, and nowhere else', async () => {
    const secrets = {
      '{{token}}': {
        value: 'sk-very-secret',
        hosts: [`api.test:${secure.port}`, `127.0.0.1:${plain.port}`],
        headers: ['X-Two'],
      },
    };
    await using run = open({ secrets, allowPrivate: ['127.0.0.0/8'] });
    const headers = [
      ['authorization', 'Bearer {{token}}'],
      ['x-two', '{{token}}{{token}}'],
    ] as const;
    const sent = async (url: string) => {
      const seen = headersOf(await ask(run, url, { headers }));
      return [seen.authorization, seen['x-two']];
    };
    const placed = ['Bearer sk-very-secret', 'sk-very-secretsk-very-secret'];
    const bare = ['Bearer {{token}}', '{{token}}{{token}}'];
    assert.deepEqual(await sent(`https://api.test:${secure.port}/`), placed);
    assert.deepEqual(
      await sent(`${plain.url}/`),
      placed,
      'http, to an address that the operator opened',
    );
    assert.deepEqual(await sent(`https://other.test:${secure.port}/`), bare);
    assert.deepEqual(
      await sent(`http://api.test:${plain.port}/`),
      bare,
      'another port is another place',
    );
    // Nowhere but in header values, and never in the log, even when the server gives it away.
    const url = await ask(run, `https://api.test:${secure.port}/{{token}}?{{token}}`, {
      headers: [],
    });
    assert.equal(url.head.url, `https://api.test:${secure.port}/%7B%7Btoken%7D%7D?{{token}}`);
    await ask(run, `https://api.test:${secure.port}/?echo=sk-very-secret`);
    assert.doesNotMatch(JSON.stringify(run.log), /sk-very-secret/);
    assert.match(run.log.at(-1)?.url ?? '', /echo=\{\{token\}\}/);
  });
});

describe('a placeholder that its secret is not bound to', () => {
  test('is sent as it is, and the log says where and what to add', async () => {
    await using server = await serve((request, response) => {
      response.end(JSON.stringify([request.url, request.headers, request.headers.host]));
    });
    await using egress = await openBoxed();
    const token = '{{token}}';
    const secrets = {
      [token]: { value: 'sk-very-secret', hosts: [`127.0.0.1:${server.port}`], headers: ['X-Own'] },
    };
    await using run = egress.forRun(
      loopback([server.port], { allow: [`*:${server.port}`], secrets }),
    );
    const said = async (name: string, url = server.url, body?: string) => {
      const method = body === undefined ? 'GET' : 'POST';
      const { text } = await ask(run, url, { method, headers: [[name, token]] }, body);
      return [text.includes('sk-very-secret'), run.log.at(-1)?.reason];
    };
    const start = `secret_not_bound: ${token} is sent as it is`;
    for (const name of [
      'Authorization',
      'x-api-key',
      'API-Key',
      'x-auth-token',
      'private-token',
      'x-own',
    ]) {
      assert.deepEqual(await said(name), [true, null], name);
    }
    for (const name of [
      'x-request-id',
      'idempotency-key',
      'origin',
      'if-none-match',
      'cookie',
      'referer',
      'user-agent',
      'accept-language',
      'content-type',
      'x-own2',
    ]) {
      const advice = `in the header ${name}; add headers: ['${name}'] to that secret if its hosts do not echo this header`;
      assert.deepEqual(await said(name), [false, `${start} ${advice}`], name);
    }
    assert.deepEqual(await said('authorization', `http://localhost:${server.port}`), [
      false,
      `${start} to "localhost" port ${server.port}, which is not in its hosts`,
    ]);
    assert.deepEqual(await said('authorization', `${server.url}/?key=${token}`), [
      true,
      `${start} in the URL, where no secret is put in`,
    ]);
    assert.deepEqual(await said('accept', server.url, `key=${token}`), [
      false,
      `${start} in the header accept; add headers: ['accept'] to that secret if its hosts do not echo this header`,
    ]);
    assert.doesNotMatch(JSON.stringify(run.log), /sk-very-secret/);
  });
});

describe('a run', () => {
  let egress: Egress;
  before(async () => {
    egress = await openBoxed();
  });
  after(() => egress[Symbol.asyncDispose]());

  test('shares no connection and no cookie with another run, and keeps its own', async () => {
    const cookies: (string | undefined)[] = [];
    await using server = await serve((request, response) => {
      cookies.push(request.headers.cookie);
      response.writeHead(200, {
        'set-cookie': 'id=1; Path=/',
        'cache-control': 'max-age=3600',
        etag: '"1"',
      });
      response.end(`${request.socket.remotePort}`);
    });
    const ports: string[][] = [];
    for (let index = 0; index < 2; index += 1) {
      await using run = egress.forRun(loopback([server.port]));
      ports.push([(await ask(run, server.url)).text, (await ask(run, server.url)).text]);
    }
    await using together = egress.forRun(loopback([server.port]));
    await using apart = egress.forRun(loopback([server.port]));
    const [one, two] = await Promise.all([ask(together, server.url), ask(apart, server.url)]);
    assert.equal(ports[0]?.[0], ports[0]?.[1], 'kept within the run');
    assert.equal(new Set([...ports.flat(), one.text, two.text]).size, 4);
    assert.deepEqual([...new Set(cookies)], [undefined]);
    assert.equal(cookies.length, 6, 'nothing was answered from a cache');
  });

  test('has no socket left when it is over', async () => {
    await using server = await serve((_request, response) => response.end('x'));
    const sockets = (): string[] => {
      const folder = `/proc/${egress.pid}/fd`;
      return readdirSync(folder).filter((fd) =>
        readlinkSync(`${folder}/${fd}`).startsWith('socket:'),
      );
    };
    const idle = sockets();
    const run = egress.forRun(loopback([server.port]));
    await ask(run, server.url);
    assert.equal(sockets().length, idle.length + 1, 'kept for the next request of the run');
    await run[Symbol.asyncDispose]();
    assert.deepEqual(sockets(), idle);
    await assert.rejects(ask(run, server.url), NetworkError);
  });

  test('has six requests on their way at a time, and the others in their order', async () => {
    const asked: string[] = [];
    const answers: (() => void)[] = [];
    let arrived = Promise.withResolvers<void>();
    await using server = await serve(({ url }, response) => {
      asked.push(url ?? '');
      answers.push(() => response.end('x'));
      arrived.resolve();
    });
    await using run = egress.forRun(loopback([server.port]));
    const all = Array.from({ length: 20 }, (_, index) => ask(run, `${server.url}/${index}`));
    for (let done = 0; done < 20; done += 1) {
      while (asked.length < Math.min(20, done + 6)) {
        arrived = Promise.withResolvers();
        await arrived.promise;
      }
      assert.ok(asked.length - done <= 6, `${asked.length - done} at a time`);
      answers[done]?.();
    }
    await Promise.all(all);
    assert.ok(server.connections.length <= 6);
    assert.deepEqual(
      asked.slice(6),
      Array.from({ length: 14 }, (_, index) => `/${index + 6}`),
    );
  });

  test('gives a waiting request up without sending it', async () => {
    await using server = await serve(() => undefined);
    await using run = egress.forRun(loopback([server.port]));
    for (let index = 0; index < 6; index += 1) begin(run, server.url);
    const waiting = begin(run, server.url);
    // All that was said to the gateway before this answer has been heard.
    await assert.rejects(ask(egress.forRun(loopback([])), server.url), NetworkError);
    waiting.abort();
    await assert.rejects(waiting.response, NetworkError);
    await run[Symbol.asyncDispose]();
    assert.ok(server.connections.length <= 6);
    assert.deepEqual(
      run.log.map(({ outcome }) => outcome),
      Array(7).fill('aborted'),
    );
  });

  test('may try networkRequests requests, each redirect counted, and the log ends there', async () => {
    await using server = await serve(({ url }, response) => {
      if (url === '/on') response.writeHead(302, { location: '/end' });
      response.end('x');
    });
    const heard: number[] = [];
    await using run = egress.forRun(loopback([server.port], { networkRequests: 3 }), ({ seq }) =>
      heard.push(seq),
    );
    await ask(run, `${server.url}/on`);
    await assert.rejects(ask(run, 'http://10.0.0.1/'), NetworkError);
    for (let index = 0; index < 50; index += 1)
      await assert.rejects(ask(run, server.url), NetworkError);
    assert.deepEqual(
      run.log.map(({ outcome }) => outcome),
      ['ok', 'ok', 'denied', 'denied'],
    );
    assert.match(run.log.at(-1)?.reason ?? '', /more than 3 requests \(networkRequests\)/);
    assert.deepEqual(heard, [1, 2, 3, 4]);
    await using none = egress.forRun(loopback([server.port], { networkRequests: 0 }));
    await assert.rejects(ask(none, server.url), NetworkError);
  });

  test('cannot hide a request in a flood of others', async () => {
    await using server = await serve((_request, response) => {
      response.write('x'.repeat(1_000));
    });
    await using run = egress.forRun(loopback([server.port], { networkRequests: 1 }));
    const hanging = begin(run, server.url);
    await hanging.response;
    for (let index = 0; index < 10; index += 1) await assert.rejects(ask(run, server.url));
    hanging.abort();
    await run[Symbol.asyncDispose]();
    assert.deepEqual(
      run.log.map(({ outcome }) => outcome),
      ['denied', 'aborted'],
    );
    assert.ok(run.networkBytes > 1_000);
  });

  test('may move networkBytes, in both directions together', async () => {
    await using server = await serve((request, response) => {
      request.resume().on('end', () => response.end(Buffer.alloc(40_000)));
    });
    await using run = egress.forRun(loopback([server.port], { networkBytes: 100_000 }));
    await ask(run, server.url, { method: 'POST' }, Buffer.alloc(40_000));
    assert.ok(run.networkBytes > 80_000 && run.networkBytes < 82_000);
    await assert.rejects(
      ask(run, server.url, { method: 'POST' }, Buffer.alloc(40_000)),
      NetworkError,
    );
    assert.match(run.log[1]?.reason ?? '', /more than 100000 bytes/);
    await assert.rejects(ask(run, server.url), NetworkError);
    assert.equal(server.connections.length, 1, 'no connection was made the third time');
  });
});
