/** Whoever opens a connection in full Node reaches what the gateway allows, and nothing else. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { createSandbox, type RunHandle, type Sandbox } from '@castellan/sandbox';
import {
  certificate,
  privateKey,
} from '../../../packages/sandbox/src/egress/fixtures/certificate.ts';

const nodeModules = mkdtempSync(join(tmpdir(), 'castellan-modules-'));
const servers: Server[] = [];
let sandbox: Sandbox | undefined;
let ports: Record<'plain' | 'secure' | 'speaksFirst' | 'echo' | 'denied', number>;

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

before(async () => {
  const { resolve } = createRequire(import.meta.resolve('@castellan/sandbox/package.json'));
  cpSync(dirname(resolve('undici/package.json')), join(nodeModules, 'undici'), { recursive: true });
  ports = {
    plain: await listening(createHttp(({ url }, response) => response.end(`plain ${url}`))),
    secure: await listening(
      createHttps({ cert: certificate, key: privateKey }, ({ url }, response) =>
        response.end(`secure ${url}`),
      ),
    ),
    speaksFirst: await listening(createTcp((socket) => socket.end('220 ready\r\n'))),
    echo: await listening(createTcp({ allowHalfOpen: true }, (socket) => socket.pipe(socket))),
    denied: await listening(createTcp((socket) => socket.end('reached'))),
  };
  const { denied: _, ...allowed } = ports;
  sandbox = await createSandbox({
    engine: 'node',
    warm: 1,
    nodeModules,
    network: {
      allow: Object.values(allowed).map((port) => `localhost:${port}`),
      allowPrivate: ['127.0.0.0/8', '::1/128'],
      ca: certificate,
    },
  });
});
after(async () => {
  await sandbox?.close();
  for (const server of servers) server.close();
  rmSync(nodeModules, { recursive: true, force: true });
});

/** What scripts here have in common: requests and connections, as promises of their text. */
const common = `
  const http = require('node:http'), https = require('node:https'), net = require('node:net'), tls = require('node:tls');
  const text = (stream) => new Promise((resolve, reject) => {
    let all = '';
    stream.setEncoding('utf8').on('data', (part) => (all += part)).on('end', () => resolve(all)).on('error', reject);
  });
  const get = (url, options) => new Promise((resolve, reject) =>
    (url.startsWith('https') ? https : http).get(url, options, (response) => resolve(text(response))).on('error', reject));
  const plain = 'http://localhost:' + params.plain + '/a', secure = 'https://localhost:' + params.secure + '/a';
  const checkServerIdentity = () => undefined;
`;

function run(source: string): RunHandle {
  assert.ok(sandbox !== undefined);
  return sandbox.run(common + source, { params: ports });
}

const clients: readonly (readonly [name: string, source: string, answer: unknown])[] = [
  ['http.get', 'return get(plain, {})', 'plain /a'],
  ['no agent', 'return get(plain, { agent: false })', 'plain /a'],
  [
    'an agent of its own',
    'return get(plain, { agent: new http.Agent({ keepAlive: true }) })',
    'plain /a',
  ],
  [
    'an agent that opens its connections',
    `class Own extends http.Agent { createConnection(options) { return net.connect(options) } }
     return get(plain, { agent: new Own() })`,
    'plain /a',
  ],
  [
    'a connection made for the request',
    'return get(plain, { createConnection: ({ port, host }) => net.connect(port, host) })',
    'plain /a',
  ],
  ['https.get', 'return get(secure, { checkServerIdentity })', 'secure /a'],
  ['no agent over TLS', 'return get(secure, { checkServerIdentity, agent: false })', 'secure /a'],
  ['fetch', 'return (await fetch(plain)).text()', 'plain /a'],
  [
    'another undici, with dispatchers of its own',
    `const { Agent, fetch, request } = require('undici');
     const over = new Agent({ connect: { checkServerIdentity } });
     return [await (await fetch(plain, { dispatcher: new Agent() })).text(),
       await (await request(secure, { dispatcher: over })).body.text()]`,
    ['plain /a', 'secure /a'],
  ],
  [
    'a connection whose server speaks first',
    'return text(net.connect(params.speaksFirst, "localhost"))',
    '220 ready\r\n',
  ],
  [
    'TLS over a connection',
    `const socket = tls.connect({ host: 'localhost', port: params.secure, checkServerIdentity });
     socket.write('GET /b HTTP/1.1\\r\\nhost: localhost\\r\\nconnection: close\\r\\n\\r\\n');
     return (await text(socket)).endsWith('secure /b') && socket.authorized`,
    true,
  ],
  [
    'many bytes both ways',
    `const { createHash, randomBytes } = require('node:crypto');
     const sent = randomBytes(3_000_000), back = createHash('sha1');
     const socket = net.connect({ port: params.echo, host: 'localhost' });
     socket.end(sent);
     for await (const part of socket) back.update(part);
     return back.digest('hex') === createHash('sha1').update(sent).digest('hex')`,
    true,
  ],
  [
    'a server of the box itself',
    `const own = http.createServer((_, response) => response.end('own')).listen(0, '127.0.0.1');
     await new Promise((resolve) => own.once('listening', resolve));
     const { port } = own.address();
     const said = await get('http://127.0.0.1:' + port, { createConnection: () => net.connect(port, '127.0.0.1') });
     own.close();
     return said`,
    'own',
  ],
  [
    'an end before there is a connection',
    `const socket = net.connect(params.plain, 'localhost');
     socket.destroy();
     await new Promise((resolve) => socket.once('close', resolve));
     return get(plain, {})`,
    'plain /a',
  ],
];

for (const [name, source, answer] of clients) {
  test(`full Node reaches what is allowed: ${name}`, async () => {
    const { value, error } = await run(source);
    assert.deepEqual([value, error?.stack], [answer, undefined]);
  });
}

test('full Node says what it does not reach, before it is connected', async () => {
  const handle = run(`
    const said = async (make) => new Promise((resolve) => {
      const socket = make().on('error', ({ code, syscall, message }) => resolve([code, syscall, message]));
      socket.on('connect', () => resolve('connected'));
    });
    const fetched = await fetch('https://localhost:' + params.denied).catch(({ cause }) => [cause.code, cause.syscall]);
    return [
      await said(() => net.connect(params.denied, 'localhost')),
      await said(() => tls.connect(params.denied, 'localhost')),
      await said(() => https.get('https://localhost:' + params.denied)),
      fetched,
    ];`);
  const { value } = await handle;
  const message = `connect ENETUNREACH localhost:${ports.denied}: it does not answer, or the network rules of this run do not allow it`;
  const unreachable = ['ENETUNREACH', 'connect', message];
  assert.deepEqual(value, [unreachable, unreachable, unreachable, ['ENETUNREACH', 'connect']]);
  assert.deepEqual(
    handle.network.map(({ outcome }) => outcome),
    Array(4).fill('denied'),
  );
});
