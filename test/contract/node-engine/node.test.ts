/** What the node engine has and the isolate has not. */
import { inherited } from '../contract.support.ts';
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runInThisContext } from 'node:vm';
import { createSandbox, type Run, type Sandbox, type SandboxOptions } from '@castellan/sandbox';
import {
  certificate,
  privateKey,
} from '../../../packages/sandbox/src/egress/fixtures/certificate.ts';

const runtime = mkdtempSync(join(tmpdir(), 'castellan-runtime-'));
const nodeModules = join(runtime, 'node_modules');

before(() => {
  const require = createRequire(import.meta.url);
  mkdirSync(nodeModules);
  const undici = createRequire(require.resolve('@castellan/sandbox/package.json'));
  for (const [name, from] of [
    ['undici', undici],
    ['ipaddr.js', undici],
  ] as const) {
    cpSync(dirname(from.resolve(`${name}/package.json`)), join(nodeModules, name), {
      recursive: true,
    });
  }
  // A package with a native add-on: isolated-vm is one that is here already.
  const addon = dirname(
    createRequire(undici.resolve('@castellan/runner/package.json')).resolve(
      'isolated-vm/package.json',
    ),
  );
  cpSync(addon, join(nodeModules, 'isolated-vm'), { recursive: true });
  const build = createRequire(join(addon, 'package.json')).resolve('node-gyp-build/package.json');
  cpSync(dirname(build), join(nodeModules, 'node-gyp-build'), { recursive: true });
  mkdirSync(join(nodeModules, 'esm-only'));
  writeFileSync(
    join(nodeModules, 'esm-only/package.json'),
    '{"name":"esm-only","type":"module","exports":{".":"./index.js"}}',
  );
  writeFileSync(join(nodeModules, 'esm-only/index.js'), 'export const answer = 42;\n');
  writeFileSync(join(nodeModules, 'esm-only/private.js'), 'export const no = 1;\n');
});
after(() => rmSync(runtime, { recursive: true }));

let shared: Sandbox | undefined;
after(() => shared?.close());

/** With options: in a sandbox of its own. */
async function run(source: string, options?: SandboxOptions): Promise<Run> {
  if (options === undefined) {
    shared ??= await createSandbox({ engine: 'node', warm: 1, nodeModules });
    return shared.run(source);
  }
  await using sandbox = await createSandbox({ engine: 'node', warm: 0, nodeModules, ...options });
  return await sandbox.run(source);
}

describe('files', () => {
  test('of the working directory become artifacts after a normal end', async () => {
    const { artifacts, reason } = await run(`
      const fs = require('node:fs');
      fs.writeFileSync('a.txt', 'one'); fs.mkdirSync('sub'); fs.writeFileSync('sub/b.txt', 'two');
      fs.writeFileSync('/tmp/not.txt', 'x'); fs.writeFileSync(process.env.HOME + '/nor.txt', 'x');`);
    assert.equal(reason, null);
    assert.deepEqual(
      artifacts.map(({ name, sizeBytes }) => [name, sizeBytes]),
      [
        ['a.txt', 3],
        ['sub_b.txt', 3],
      ],
    );
  });

  test('of the working directory come out of process.exit(0), and of no other end', async () => {
    const write = "require('fs').writeFileSync('a.txt', 'x');";
    assert.equal((await run(`${write} process.exit(0)`)).artifacts.length, 1);
    assert.equal((await run(`${write} process.exit(1)`)).artifacts.length, 0);
    assert.equal((await run(`${write} throw new Error('x')`)).artifacts.length, 0);
  });
});

test('SQLite keeps its databases in files', async () => {
  const { value, artifacts, error } = await run(`
    const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync('ledger.db');
    database.exec('PRAGMA journal_mode = wal; CREATE TABLE entries (amount); INSERT INTO entries VALUES (4), (5)');
    const [{ sum }] = database.prepare('SELECT sum(amount) AS sum FROM entries').all();
    database.close();
    return sum`);
  assert.equal(value, 9, error?.message);
  assert.deepEqual(
    artifacts.map(({ name }) => name),
    ['ledger.db'],
  );
});

describe('the end of the process', () => {
  test('is the end of the run, with its code', async () => {
    const good = await run("console.log('a'); process.stdout.write('b'); process.exit()");
    assert.deepEqual([good.status, good.exitCode, good.value], ['succeeded', 0, null]);
    assert.deepEqual(
      good.logs.map(({ text }) => text),
      ['a', 'b'],
    );
    const bad = await run("process.on('exit', (c) => console.log('handler', c)); process.exit(3)");
    assert.deepEqual([bad.status, bad.reason, bad.exitCode], ['failed', 'exit_nonzero', 3]);
    assert.deepEqual(
      bad.logs.map(({ text }) => text),
      ['handler 3'],
    );
  });

  test('by process.exitCode counts when the entry settles', async () => {
    const set = await run('process.exitCode = 4; 1');
    assert.deepEqual([set.reason, set.exitCode, set.value], ['exit_nonzero', 4, null]);
    const unset = await run('1');
    assert.deepEqual([unset.reason, unset.exitCode, unset.value], [null, 0, 1]);
  });

  test('past every listener is found out from outside', async () => {
    const { reason, exitCode } = await run(
      "require('fs').closeSync(3); process.kill(1, 0); process.reallyExit(9)",
    );
    assert.deepEqual([reason, exitCode], ['exit_nonzero', 9]);
  });
});

test('the standard streams are log lines', async () => {
  const { logs } = await run(
    "process.stdout.write('one\\ntw'); process.stdout.write('o\\n'); process.stderr.write('bad\\n'); console.warn('warn'); console.debug('%d', 5)",
  );
  assert.deepEqual(
    logs.map(({ stream, level, text }) => [stream, level, text]),
    [
      ['stdout', 'info', 'one'],
      ['stdout', 'info', 'two'],
      ['stderr', 'error', 'bad'],
      ['stderr', 'warn', 'warn'],
      ['stdout', 'debug', '5'],
    ],
  );
});

test('what CommonJS scripts expect of their surroundings is there', async () => {
  const { value, artifacts, error } = await run(`
    const path = require('node:path');
    require('fs').writeFileSync(path.join(__dirname, 'beside.txt'), 'x');
    const isMain = require.main === module;
    return [isMain, __dirname === process.cwd(), path.basename(__filename), require.resolve('ipaddr.js').startsWith('/runtime/'), require.resolve('fs')]`);
  assert.deepEqual(value, [true, true, 'script.js', true, 'fs'], error?.message);
  assert.deepEqual(
    artifacts.map(({ name }) => name),
    ['beside.txt'],
  );
});

describe('packages', () => {
  test('come from the runtime, by require and by import, as their exports allow', async () => {
    const { value, error } = await run(`
      import { answer } from 'esm-only';
      const ipaddr = require('ipaddr.js');
      const hidden = await import('esm-only/private.js').then(() => 'open', (e) => e.code);
      return [answer, require('esm-only').answer, ipaddr.parse('::1').kind(), (await import('ipaddr.js')).default.isValid('x'), hidden];`);
    assert.deepEqual(value, [42, 42, 'ipv6', false, 'module_not_found'], error?.message);
  });

  test('may hold native add-ons', async () => {
    const { value, error } = await run(
      "const ivm = require('isolated-vm'); const i = new ivm.Isolate(); return i.createContextSync().evalSync('6 * 7')",
    );
    assert.equal(value, 42, error?.message);
  });

  test('are those of the policy only, where it names some', async () => {
    const source = (name: string): string =>
      `try { require('${name}'); return 'open' } catch (e) { return e.message }`;
    const modules = ['ipaddr.js', 'node:fs'];
    assert.equal((await run(source('ipaddr.js'), { modules })).value, 'open');
    assert.equal((await run(source('fs'), { modules })).value, 'open');
    const refused = 'is not allowed. Allowed: ipaddr.js, node:fs';
    assert.equal((await run(source('undici'), { modules })).value, `Module "undici" ${refused}`);
    assert.equal((await run(source('net'), { modules })).value, `Module "net" ${refused}`);
    const { value } = await run(source('absent'));
    assert.match(value as string, /^Module "absent" was not found\. It is no/);
  });
});

describe('processes', () => {
  const source =
    "const { execFileSync } = require('node:child_process'); try { return execFileSync(process.execPath, ['-p', '6 * 7']).toString() } catch (e) { return e.code }";

  test('are none by default, and the result says so', async () => {
    const { value, isolation } = await run(source);
    assert.equal(value, 'ERR_ACCESS_DENIED');
    assert.ok(isolation.layers.includes('nofork'));
  });

  test('may be started where the policy allows it, and the wall is gone from the result', async () => {
    const { value, isolation, error } = await run(source, { childProcesses: true });
    assert.equal(value, '42\n', error?.message);
    assert.ok(!isolation.layers.includes('nofork'));
  });

  test('are bounded in number, and end with the run', async () => {
    const { reason } = await run(
      "const { spawn } = require('node:child_process'); for (let i = 0; i < 9; i++) spawn('/node', ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' }); await new Promise((done) => setTimeout(done, 1e8))",
      { childProcesses: true, limits: { processes: 4 } },
    );
    assert.equal(reason, 'process_limit');
  });

  test('count in what the run used', async () => {
    const burn = 'while (process.cpuUsage().user < 300_000);';
    const { usage } = await run(
      `require('node:child_process').execFileSync('/node', ['-e', ${JSON.stringify(burn)}])`,
      { childProcesses: true },
    );
    assert.ok(usage.cpuMs > 200, `${usage.cpuMs} ms`);
  });
});

describe('a network', () => {
  const served: string[] = [];
  const server = createServer({ cert: certificate, key: privateKey }, (request, response) => {
    served.push(request.url ?? '');
    response.end('over TLS');
  });
  let port = 0;
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const network = () => ({
    allow: [`localhost:${port}`, `127.0.0.1:${port}`],
    allowPrivate: ['127.0.0.0/8'],
    ca: certificate,
  });

  test('is reached over TLS by fetch, https and undici, through the gateway', async () => {
    const { value, error, usage } = await run(
      `const url = 'https://127.0.0.1:${port}/';
       const https = require('node:https');
       const checkServerIdentity = () => undefined;
       const get = (options) => new Promise((ok, no) => https.get(url, options, (r) => { let t = ''; r.on('data', (c) => (t += c)).on('end', () => ok(t)); }).on('error', no));
       const { request } = require('undici');
       return [await (await fetch(url)).text(), await get({ checkServerIdentity }),
         await get({ checkServerIdentity, agent: new https.Agent({ keepAlive: true }) }), await (await request(url)).body.text()]`,
      { network: network() },
    );
    assert.deepEqual(value, Array(4).fill('over TLS'), error?.message);
    assert.ok(usage.networkRequests >= 4 && usage.networkBytes > 4_000, JSON.stringify(usage));
  });

  test('that is not allowed gives an error in every client', async () => {
    const { value } = await run(
      `const url = 'https://localhost:1/'; const said = [];
       await fetch(url).catch((e) => said.push(e.message));
       await new Promise((ok) => require('node:https').get(url).on('error', ok)).then((e) => said.push(typeof e.code));
       await require('undici').request(url).catch(() => said.push('undici'));
       return said`,
      { network: network() },
    );
    assert.deepEqual(value, ['fetch failed', 'string', 'undici']);
  });
});

test('without walls the working directory is a folder of the machine that is removed again', async () => {
  const { value, isolation } = await run('return process.cwd()', { isolation: 'none' });
  assert.deepEqual(isolation.layers, ['process', ...inherited, 'watchdog']);
  assert.ok(!existsSync(dirname(value as string)), value as string);
});

test('recursion ends where it does in plain Node, though sources may nest more deeply', async () => {
  const depth = `(() => { let n = 0; const f = () => { n++; f() }; try { f() } catch {} return n })()`;
  const deep = `${'['.repeat(2_000)}${']'.repeat(2_000)}`;
  const { value, error } = await run(`const deep = ${deep}; return ${depth}`);
  assert.equal(error, null);
  const here = runInThisContext(depth) as number;
  assert.ok(
    Number(value) > here / 2 && Number(value) < here * 2,
    `${JSON.stringify(value)}, here ${here}`,
  );
});

test('what most scripts never use of Node is loaded when one uses it', async () => {
  await using sandbox = await createSandbox({ engine: 'node' });
  const big = ['deps/undici/undici', 'tls/wrap', 'http2/core', 'crypto/webcrypto'];
  const { value } = await sandbox.run(
    `const loaded = () => params.filter((name) => process.moduleLoadList.includes('NativeModule internal/' + name));
    const first = loaded();
    return [first, typeof WebSocket, typeof Headers, typeof crypto, loaded()];`,
    { params: big },
  );
  const [unused, ...kinds] = value as unknown[];
  assert.deepEqual(unused, []);
  assert.deepEqual(kinds.slice(0, 3), ['function', 'function', 'object']);
  assert.ok((kinds[3] as string[]).includes('deps/undici/undici'));
});
