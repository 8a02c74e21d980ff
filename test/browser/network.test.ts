// What requests of pages fail with, what the run says of them, and that nothing cut off looks whole.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createTls, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Run, Sandbox } from '@castellan/sandbox';
import { certificate, privateKey } from '../../packages/sandbox/src/egress/fixtures/certificate.ts';
import { openNameServer } from '../../packages/sandbox/src/egress/fixtures/dns.ts';
import { authority, server as authentic } from '../shared/authority.support.ts';
import { forEachEngine, texts } from '../contract/contract.support.ts';

const stack = new AsyncDisposableStack();
after(() => stack.disposeAsync());

/** Answers that end in different ways; `headers` are those that it was asked with, in their order. */
const answers: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/': (response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>x</h1>'),
  '/reset': ({ socket }) => void socket?.resetAndDestroy(),
  '/empty': ({ socket }) => void socket?.destroy(),
  '/silent': () => undefined,
  '/half': (response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': '100' });
    response.write('<h1>half');
    setImmediate(() => response.socket?.destroy());
  },
  '/chunk': (response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.write('<h1>half');
    setImmediate(() => response.socket?.destroy());
  },
  '/pause': (response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.write('<h1>half');
  },
  '/moved': (response) => void response.writeHead(302, { location: '/' }).end(),
  '/headers': (response) => {
    const coded = ['content-encoding', 'gzip', 'content-type', 'application/json'];
    response.writeHead(200, ['set-cookie', 'a=1', 'set-cookie', 'b=2', ...coded]);
    response.end(gzipSync(JSON.stringify(response.req.rawHeaders)));
  },
};

async function serve(): Promise<number> {
  return listen(
    createServer((request, response) => {
      (answers[new URL(request.url ?? '', 'http://x').pathname] ?? answers['/'])?.(response);
    }),
  );
}

/** The address of a server over TLS. */
async function serveTls(options: { readonly cert: string; readonly key: string }): Promise<string> {
  const server = createTls(options, (_request, response) => void response.end('over TLS'));
  return `https://127.0.0.1:${await listen(server)}/`;
}

async function listen(server: Server | TlsServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

const errors = `
const { B, closed } = params;
const seen = {};
const failed = [];
page.on('requestfailed', (r) => failed.push(new URL(r.url()).pathname + ' ' + r.failure().errorText));
const urls = { reset: B + '/reset', empty: B + '/empty', silent: B + '/silent', closed, tls: B.replace('http', 'https') + '/',
  closedTls: closed.replace('http', 'https'), unknown: 'http://nowhere.invalid/', unknownTls: 'https://nowhere.invalid/',
  named: 'http://db.invalid/', namedTls: 'https://db.invalid/', inside: 'http://10.0.0.1/', insideTls: 'https://10.0.0.1/', local: 'http://localhost/', denied: 'http://denied.example/',
  metadata: 'http://169.254.169.254/' };
for (const [name, url] of Object.entries(urls)) {
  seen[name] = await page.goto(url).then((r) => r.status(), (e) => e.message.split(' ')[0]);
}
for (const path of ['/half', '/chunk', '/pause']) {
  await Promise.all([new Promise((resolve) => page.once('requestfailed', resolve)), page.goto(B + path).catch(() => {})]);
}
seen.cut = failed.filter((line) => /half|chunk|pause/.test(line));
const response = await page.goto(B + '/moved');
seen.addresses = [response, response.request().redirectChain()[0].response()].map((r) => r.remoteAddress());
seen.page = await page.evaluate(async (closed) => {
  const socket = new WebSocket(closed.replace('http', 'ws'));
  await new Promise((resolve) => (socket.onerror = resolve));
  return fetch(closed, { method: 'POST', body: 'x' }).catch(String);
}, closed);
seen.post = failed.at(-1);
await page.setRequestInterception(true);
page.on('request', (r) => {
  const headers = { ...r.headers(), 'x-mine': '1' };
  delete headers.accept;
  r.continue({ headers });
});
const last = await page.goto(B + '/headers');
seen.headers = (await last.json()).map((text) => text.toLowerCase());
seen.cookies = last.headers()['set-cookie'];
seen.coding = last.headers()['content-encoding'];
return seen;`;

forEachEngine(({ openSandbox }) => {
  let sandbox: Sandbox;
  let port: number;
  let own: string;
  let foreign: string;
  before(async () => {
    // One name lies inside of a network; no other one exists.
    const names = stack.use(
      await openNameServer((name) => (name === 'db.invalid' ? ['10.0.0.1'] : 'nxdomain')),
    );
    port = await serve();
    own = await serveTls(authentic);
    foreign = await serveTls({ cert: certificate, key: privateKey });
    sandbox = stack.use(
      await openSandbox({
        browser: true,
        network: {
          allow: [
            `127.0.0.1:${port}`,
            '127.0.0.1:1025',
            '*.invalid',
            new URL(own).host,
            new URL(foreign).host,
          ],
          ca: authority,
          resolver: [names.server],
          allowPrivate: ['127.0.0.0/8'],
          timeouts: { headersMs: 500, idleMs: 500 },
        },
      }),
    );
  });
  const run = (source: string, limits = {}): Promise<Run> =>
    Promise.resolve(
      sandbox.run(source, {
        params: { B: `http://127.0.0.1:${port}`, closed: 'http://127.0.0.1:1025/' },
        limits,
      }),
    );

  test('pages get the errors that Chromium has without a proxy, and the log says them', async () => {
    const result = await run(errors);
    assert.equal(result.error, null);
    const { headers, ...seen } = result.value as Record<string, unknown>;
    assert.deepEqual(seen, {
      reset: 'net::ERR_CONNECTION_RESET',
      empty: 'net::ERR_EMPTY_RESPONSE',
      silent: 'net::ERR_TIMED_OUT',
      closed: 'net::ERR_CONNECTION_REFUSED',
      tls: 'net::ERR_SSL_PROTOCOL_ERROR',
      closedTls: 'net::ERR_CONNECTION_REFUSED',
      unknown: 'net::ERR_NAME_NOT_RESOLVED',
      unknownTls: 'net::ERR_NAME_NOT_RESOLVED',
      named: 'net::ERR_NAME_NOT_RESOLVED',
      namedTls: 'net::ERR_NAME_NOT_RESOLVED',
      inside: 'net::ERR_BLOCKED_BY_ADMINISTRATOR',
      insideTls: 'net::ERR_BLOCKED_BY_ADMINISTRATOR',
      local: 'net::ERR_BLOCKED_BY_ADMINISTRATOR',
      denied: 'net::ERR_BLOCKED_BY_ADMINISTRATOR',
      metadata: 'net::ERR_BLOCKED_BY_ADMINISTRATOR',
      cut: [
        '/half net::ERR_CONTENT_LENGTH_MISMATCH',
        '/chunk net::ERR_INCOMPLETE_CHUNKED_ENCODING',
        '/pause net::ERR_CONNECTION_RESET',
      ],
      addresses: [
        { ip: '127.0.0.1', port },
        { ip: '127.0.0.1', port },
      ],
      page: 'TypeError: Failed to fetch',
      post: '/ net::ERR_CONNECTION_REFUSED',
      cookies: 'a=1\n b=2',
      coding: 'gzip',
    });
    assert.ok((headers as string[]).includes('x-mine'));
    assert.ok(!(headers as string[]).includes('accept'), String(headers));
    const lines = texts(result);
    assert.ok(!lines.some((line) => line.startsWith('[page')), lines.join('\n'));
    assert.equal(new Set(lines).size, lines.length);
    // A name inside of a network reads like one that does not exist.
    const unknown = lines.filter((line) => line.includes('GET http://nowhere.invalid/'));
    assert.match(
      unknown.join(),
      /^\[browser\] GET \S+ failed: net::ERR_NAME_NOT_RESOLVED\. The name [^[]+$/,
    );
    assert.ok(lines.includes(unknown.join().replace('nowhere', 'db')), lines.join('\n'));
    // One wording for every refusal, whatever the rule.
    const refused = lines.filter((line) => line.includes('BLOCKED') && line.includes('GET'));
    assert.equal(refused.length, 4);
    assert.equal(new Set(refused.map((line) => line.replace(/http:\S+/, ''))).size, 1);
    assert.deepEqual(result.truncated, {
      logs: false,
      networkRequests: false,
      networkBytes: false,
    });
  });

  test('an authority of the operator holds in pages and for fetch, and nobody else becomes trusted', async () => {
    const params = { own, foreign };
    const source = `const seen = [];
    for (const url of [params.own, params.foreign]) {
      seen.push(await page.goto(url).then((r) => r.text(), (e) => e.message.split(' ')[0]));
      seen.push(await fetch(url).then((r) => r.text(), (e) => e.message));
    }
    return seen;`;
    const result = await sandbox.run(source, { params });
    assert.deepEqual(result.value, [
      'over TLS',
      'over TLS',
      'net::ERR_CERT_AUTHORITY_INVALID',
      'fetch failed',
    ]);
    assert.match(
      texts(result)[0] ?? '',
      /^\[browser\] \S+ failed: net::ERR_CERT_AUTHORITY_INVALID\.$/,
    );
  });

  test('a limit that requests came up against is in the result', async () => {
    const source = `await page.setContent(Array.from({ length: 9 }, (_, n) => '<img src="' + params.B + '/' + n + '">').join(''));
    return (await fetch(params.B + '/last').then((r) => r.status, (e) => e.message))`;
    const result = await run(source, { networkRequests: 5 });
    assert.equal(result.value, 'fetch failed');
    assert.equal(result.truncated.networkRequests, true);
    assert.match(
      texts(result).join('\n'),
      /failed: net::ERR_BLOCKED_BY_ADMINISTRATOR.*networkRequests/,
    );
    const bytes = await run(
      'return await fetch(params.B).then((r) => r.text()).catch((e) => e.name)',
      {
        networkBytes: 20,
      },
    );
    assert.deepEqual(
      [bytes.value, bytes.truncated.networkBytes, bytes.truncated.networkRequests],
      ['TypeError', true, false],
    );
  });
});
