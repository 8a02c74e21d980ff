import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { castellan, ended } from '../../packages/cli/src/castellan.support.ts';

const example = (name: string): string =>
  fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

test('examples/hello.ts greets, logs and tells its progress', async () => {
  const { code, stdout, stderr } = await castellan([
    'run',
    example('hello.ts'),
    '--params',
    '{"names":["Ada","Grace","Lin"]}',
  ]);
  assert.deepEqual(
    [code, JSON.parse(stdout)],
    [0, { greetings: ['Hello, Ada!', 'Hello, Grace!', 'Hello, Lin!'] }],
  );
  assert.match(stderr, /Hello, Ada! { letters: 3 }\n 33% greeted Ada\n/);
  assert.match(stderr, /That is a crowd.\n$/);
  assert.equal(
    (await castellan(['run', example('hello.ts')])).stdout,
    '{"greetings":["Hello, world!"]}\n',
  );
});

test('examples/fetch.ts asks the host that is allowed, and no other', async () => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"up":true}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const run = ['run', example('fetch.ts'), '--params', JSON.stringify({ url: `http://${host}/` })];
  try {
    const allowed = await castellan([
      ...run,
      '--allow-host',
      host,
      '--allow-private',
      '127.0.0.1/32',
    ]);
    assert.deepEqual([allowed.code, allowed.stdout], [0, '{"up":true}\n'], allowed.stderr);
    const denied = await castellan(run);
    assert.equal(denied.code, 1);
    assert.match(denied.stderr, /network: denied GET .*: no network is allowed/);
    assert.match(denied.stderr, /TypeError: fetch failed/);
  } finally {
    server.close();
  }
});

test('examples/text-only.js gives its last expression', async () => {
  const { code, stdout, stderr } = await castellan([
    'run',
    example('text-only.js'),
    '--wall',
    '5s',
  ]);
  assert.deepEqual([code, JSON.parse(stdout)], [0, 'it ×2, was ×2, the ×2, of ×2, times ×2']);
  assert.match(stderr, /51 letters, 7.29 of them/);
});

test('examples/multi-file/main.ts gets its files', async () => {
  const { code, stdout } = await castellan(['run', example('multi-file/main.ts')]);
  assert.deepEqual([code, stdout], [0, '{"total":"€ 19.50"}\n']);
});

test('examples/artifacts.js leaves its file in --out', async () => {
  const out = mkdtempSync(join(tmpdir(), 'castellan-test-'));
  try {
    assert.equal((await castellan(['run', example('artifacts.js'), '--out', out])).code, 0);
    assert.match(readFileSync(join(out, 'squares.csv'), 'utf8'), /^n,square\n1,1\n[^]*\n10,100\n$/);
  } finally {
    rmSync(out, { recursive: true });
  }
});

test('examples/browser/main.ts shows what scripts do with a browser', async () => {
  const { code, stdout, stderr } = await ended(
    spawn(process.execPath, [example('browser/main.ts')]),
  );
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(
    stdout,
    `title.js: "The tea house" [home.png, image/png]
table.js: [{"name":"Tea","price":2.5},{"name":"Coffee","price":3.2},{"name":"Cake","price":4}]
scrape.js: ["Tea","Coffee","Cake"]
invoice.js: {"total":6.5} [invoice.pdf, application/pdf]
login.js: {"refused":"Wrong password","greeting":"Hello, ada","cookies":[{"name":"session","httpOnly":true}]}
intercept.js: {"sky":"made up","seen":["/api/weather","/favicon.ico","/sun.png","/weather"]}
`,
  );
});

test('examples/helpers/main.ts talks to its server and nowhere else', async () => {
  const { code, stdout, stderr } = await ended(
    spawn(process.execPath, [example('helpers/main.ts')]),
  );
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(
    stdout.replace(/^too much memory: .*/m, (line) => line.slice(0, 30)),
    `devices: door, lamp
a script that works: {"on":["door","lamp"]}
a script without execute: no_entry: the function 'execute' could not be found
a helper that fails: uncaught_exception: GET was answered with 401
a server that is none of its business: uncaught_exception: http://169.254.169.254/latest/meta-data/ is not allowed
too much memory: out_of_memory
`,
  );
});

test('examples/packages.js imports packages of the runtime', async () => {
  const { code, stdout, stderr } = await castellan(['run', example('packages.js')]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), { Friday: 30, Saturday: 20 });
});

test('examples/axios.js gets and posts through the gateway', async () => {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ asked: `${request.method} ${request.url}` }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = ['--allow-host', host, '--allow-private', '127.0.0.0/8'];
  const params = JSON.stringify({ url: `http://${host}/` });
  const { code, stdout, stderr } = await castellan([
    'run',
    example('axios.js'),
    '--params',
    params,
    ...options,
  ]);
  server.close();
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), {
    status: 200,
    data: { asked: 'GET /?page=1' },
    created: { asked: 'POST /' },
  });
});

/** What `castellan runtime build examples/full-node` would install: it is here already. */
const nodeModules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const fullNode = (name: string): string[] => {
  const script = example(`full-node/${name}`);
  return ['run', script, '--engine', 'node', '--node-modules', nodeModules];
};

test('examples/full-node/password.js uses native code', async () => {
  const { code, stdout, stderr } = await castellan(fullNode('password.js'));
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), { kind: 'argon2id', right: true, wrong: false });
});

test('examples/full-node/processes.js starts processes where they are allowed', async () => {
  const script = fullNode('processes.js');
  const { code, stdout, stderr } = await castellan([...script, '--allow-child-processes']);
  assert.equal(code, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), { 27: 111, 97: 118, 871: 178 });
  assert.match((await castellan(script)).stderr, /Access to this API has been restricted/);
});

test('examples/full-node/clients.js asks by four clients, and reaches one host', async () => {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end('castle');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const params = JSON.stringify({ url: `http://${host}/` });
  const options = ['--allow-host', host, '--allow-private', '127.0.0.0/8'];
  const { code, stdout, stderr } = await castellan([
    ...fullNode('clients.js'),
    '--params',
    params,
    ...options,
  ]);
  server.close();
  assert.equal(code, 0, stderr);
  const { elsewhere, ...clients } = JSON.parse(stdout) as Record<string, string>;
  const said = 'castle';
  assert.deepEqual(clients, { http: said, axios: said, undici: said, fetch: said });
  assert.match(elsewhere ?? '', /^refused/);
  assert.equal(asked.length, 4);
});

test('examples/full-node/pages.js has a browser, and leaves its files', async () => {
  const out = mkdtempSync(join(tmpdir(), 'castellan-test-'));
  try {
    const script = [...fullNode('pages.js'), '--browser', '--out', out];
    const { code, stdout, stderr } = await castellan(script);
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { tea: true, cake: true });
    assert.match(gunzipSync(readFileSync(join(out, 'last-page.html.gz'))).toString(), /cake/);
    for (const name of ['pictures_tea.png', 'pictures_cake.png']) {
      assert.equal(readFileSync(join(out, name)).toString('latin1', 1, 4), 'PNG');
    }
  } finally {
    rmSync(out, { recursive: true });
  }
});

test('examples/own-runtime becomes a runtime with one command', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-example-'));
  try {
    const copy = join(folder, 'own-runtime');
    cpSync(example('own-runtime'), copy, { recursive: true });
    const env = { XDG_DATA_HOME: folder };
    const built = await castellan(['runtime', 'build', copy], { env });
    assert.equal(built.code, 0, built.stderr);
    const script = example('own-runtime/script.js');
    const { code, stdout, stderr } = await castellan(
      ['run', script, '--runtime', 'own-runtime', '--params', '{"name":"Lin"}'],
      { env },
    );
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), ['Hello, Lin!', 'HELLO, LIN!']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
