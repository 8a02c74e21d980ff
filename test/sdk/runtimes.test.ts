// The client of the service in each runtime that is no Node and no browser.
import { build } from 'esbuild';
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { promisify } from 'node:util';
import { type Service, startService } from '../service/service.support.ts';

const run = promisify(execFile);
const here = import.meta.dirname;
const packages = join(here, 'runtimes/node_modules');
const program = join(here, 'fixtures/program.js');
const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
let service: Service;

before(async () => {
  const config = { keys: { anonymousPolicy: 'default' }, policies: { default: {} } };
  service = await startService({ config });
});
after(async () => {
  await service[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** What the use of the client gives, wherever it runs. */
const expected = {
  events: ['run.queued', 'run.started', 'log', 'artifact', 'run.finished'],
  status: 'succeeded',
  value: 42,
  log: 'grüße',
  artifact: 'text',
  aborted: true,
  refused: 'invalid_request',
  away: 'unreachable',
};

// Neither may fetch a package or write a cache of its own: there is no network, and no home.
const env = { HOME: folder, DENO_DIR: join(folder, 'deno'), BUN_INSTALL: folder, NO_COLOR: '1' };

test('the client works in Deno, which may speak to the service alone', async () => {
  const { host } = new URL(service.url);
  const allowed = [`--allow-net=${host},127.0.0.1:9`, '--no-prompt', '--no-remote', '--no-lock'];
  const args = ['run', ...allowed, program, service.url];
  const { stdout } = await run(join(packages, '@deno/linux-x64-glibc/deno'), args, { env });
  assert.deepEqual(JSON.parse(stdout), expected);
});

test('the client works in Bun', async () => {
  const args = ['--no-install', program, service.url];
  const { stdout } = await run(join(packages, '@oven/bun-linux-x64/bin/bun'), args, { env });
  assert.deepEqual(JSON.parse(stdout), expected);
});

test('the client works in a worker of Node', async () => {
  const source = `const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.module).then(({ use }) => use(workerData.url)).then((gave) => parentPort.postMessage(gave));`;
  const module = new URL('fixtures/use.js', import.meta.url).href;
  const worker = new Worker(source, { eval: true, workerData: { module, url: service.url } });
  const [gave] = (await once(worker, 'message')) as [unknown];
  await worker.terminate();
  assert.deepEqual(gave, expected);
});

test('the client works in workerd, as one file', async () => {
  await build({
    entryPoints: [join(here, 'fixtures/worker.js')],
    outfile: join(folder, 'worker.js'),
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    conditions: ['workerd', 'worker'],
  });
  writeFileSync(
    join(folder, 'worker.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "2026-01-01",
      bindings = [(name = "SERVICE", text = "${service.url}")],
      globalOutbound = "loopback",
    )),
    (name = "loopback", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`,
  );
  const args = ['serve', join(folder, 'worker.capnp'), '--control-fd=3'];
  const workerd = spawn(join(packages, '@cloudflare/workerd-linux-64/bin/workerd'), args, {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  try {
    const control = workerd.stdio[3];
    assert.ok(control !== null && control !== undefined && 'readable' in control);
    // It tells its ports on the descriptor that it was given.
    const [line] = (await once(createInterface({ input: control }), 'line')) as [string];
    const { port } = JSON.parse(line) as { port: number };
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    assert.deepEqual(JSON.parse(text), expected);
  } finally {
    workerd.kill();
    await once(workerd, 'exit');
  }
});
