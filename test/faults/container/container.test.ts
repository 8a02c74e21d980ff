// The image of the whole service, built from this checkout and run by a Docker daemon with the flags of the guide:
// what stands in it is what the guide says.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { DoctorReport } from '@castellan/sandbox/doctor';
import type { Run } from '@castellan/protocol';
import {
  noDaemon,
  startDaemon,
  type TestDaemon,
} from '../../../packages/sandbox/src/drivers/docker/daemon.support.ts';
import { until } from '../../shared/until.support.ts';
import { wallFlags } from '../../packed/container.support.ts';
import { imageArchive, noBuilder } from './image.support.ts';

const root = join(import.meta.dirname, '../../..');
const skip = (await noDaemon()) || (await noBuilder());

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let daemon: TestDaemon;
let key = '';
/** The operator's config. */
const folder = mkdtempSync(join(tmpdir(), 'castellan-container-'));
const config = join(folder, 'castellan.config.ts');
writeFileSync(
  config,
  `import { defineConfig } from 'castellan';
   const network = { allow: ['127.0.0.1:8080'], allowPrivate: ['127.0.0.0/8'] };
   export default defineConfig({ policies: {
     default: { browser: { warm: 1 }, network },
     full: { engine: 'node', modules: ['*', 'node:fs', 'node:os'] },
   } });`,
);
chmodSync(folder, 0o755);

async function docker(args: readonly string[], input = ''): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const all = ['--host', `unix://${daemon.socket}`, ...args];
  const options = {
    cwd: root,
    timeout: 240_000,
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 26,
  } as const;
  const child = execFile('docker', all, options, (error, stdout, stderr) =>
    resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
  );
  // A command that reads nothing may have ended by then.
  child.stdin?.on('error', () => undefined).end(input);
  return promise;
}

function good({ code, stdout, stderr }: Ended): string {
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}

/** A network namespace of its own with loopback only: nothing here is for anybody beyond this machine. */
const flags = (): string[] => [
  ...wallFlags(),
  '--network=none',
  '--volume=castellan-data:/data',
  `--volume=${config}:/etc/castellan/castellan.config.ts:ro`,
];

/** A command of castellan's in a container of its own. */
const castellan = (...args: readonly string[]): Promise<Ended> =>
  docker(['run', '--rm', ...flags(), 'castellan', ...args]);

/** Runs a script on the service, by the client in its container. */
async function submit(script: string, ...args: readonly string[]): Promise<Run> {
  const inside = ['exec', '--interactive', '--env', `CASTELLAN_KEY=${key}`, 'castellan'];
  const { stdout, stderr } = await docker(
    [...inside, 'castellan', 'submit', '-', '--json', ...args],
    script,
  );
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as Run;
}

async function start(): Promise<void> {
  good(await docker(['run', '--detach', '--name', 'castellan', ...flags(), 'castellan']));
  const health = ['inspect', '--format', '{{.State.Health.Status}}', 'castellan'];
  const isHealthy = async (): Promise<boolean> => good(await docker(health)).startsWith('healthy');
  await until('the container is healthy', isHealthy, 120_000);
}

before(async () => {
  if (skip !== false) return;
  daemon = await startDaemon();
  good(await docker(['load', '--input', imageArchive()]));
});
after(async () => {
  rmSync(folder, { recursive: true });
  if (skip !== false) return;
  await docker(['rm', '--force', 'castellan']);
  await daemon[Symbol.asyncDispose]();
});

test('castellan doctor is content in it: all walls stand, cgroups apart', { skip }, async () => {
  const report = JSON.parse(good(await castellan('doctor', '--json'))) as DoctorReport;
  assert.equal(report.ok, true);
  const states = Object.groupBy(report.rows, ({ state }) => state);
  const named = (rows: DoctorReport['rows'] = []): string[] => rows.map(({ name }) => name);
  assert.deepEqual(named(states.weak), ['cgroup', 'processors'], JSON.stringify(states.weak));
  assert.deepEqual(named(states.info).toSorted(), [
    'cold run',
    'docker',
    'gvisor',
    'hostuser',
    'oci',
    'warm run',
  ]);
  for (const name of [
    'intruder',
    'node engine',
    'nouserns',
    'egress gateway',
    'browser',
    'fonts',
  ]) {
    assert.ok(named(states.ok).includes(name), name);
  }
});

test('without a key it does not listen, and says why', { skip }, async () => {
  const { code, stderr } = await castellan();
  assert.notEqual(code, 0);
  assert.match(stderr, /0\.0\.0\.0[^]*castellan keys create/);
});

test('it starts, is healthy, and serves every kind of script', { skip }, async () => {
  const policies = ['--policy', 'default', '--policy', 'full'];
  key = good(await castellan('keys', 'create', '--name', 'test', ...policies)).trim();
  await start();

  const isolate = await submit('return 6 * 7');
  assert.equal(isolate.value, 42, JSON.stringify(isolate));
  const { driver, engine, layers } = isolate.isolation;
  assert.deepEqual([driver, engine], ['bubblewrap', 'isolate']);
  for (const layer of ['userns', 'pidns', 'netns', 'mountns', 'seccomp', 'mute', 'nouserns']) {
    assert.ok(layers.includes(layer as never), layer);
  }

  const node = await submit(
    "import { writeFileSync, readFileSync } from 'node:fs'; writeFileSync('a', 'b'); return [process.version, process.getuid(), readFileSync('a', 'utf8')]",
    '--policy',
    'full',
  );
  assert.deepEqual(node.value, [process.version, 65_534, 'b'], JSON.stringify(node.error));
  assert.equal(node.isolation.engine, 'node');

  const server = `require('http').createServer((_, answer) => answer.end('from the same namespace')).listen(8080, '127.0.0.1')`;
  good(await docker(['exec', '--detach', 'castellan', 'node', '-e', server]));
  const fetching = 'return (await fetch(params.url)).text()';
  const to = (url: string) => submit(fetching, '--params', JSON.stringify({ url }));
  const answered = async (): Promise<boolean> =>
    (await to('http://127.0.0.1:8080/')).value !== null;
  await until('the server answers', answered);
  const fetched = await to('http://127.0.0.1:8080/');
  assert.equal(fetched.value, 'from the same namespace', JSON.stringify(fetched.error));
  const own = await to('http://127.0.0.1:7400/healthz');
  assert.equal(own.status, 'failed');

  const shot = await submit(
    "await page.setViewport({ width: 320, height: 200 }); await page.setContent('<h1>Hello</h1>'); await page.screenshot({ path: 'a.png' }); return page.title()",
    '--browser',
  );
  assert.equal(shot.status, 'succeeded', JSON.stringify(shot.error));
  const [picture] = shot.artifacts;
  assert.deepEqual([picture?.name, picture?.contentType], ['a.png', 'image/png']);
  assert.deepEqual([picture?.image?.width, picture?.image?.height], [320, 200]);
});

test(
  'it is an ordinary user without any capability, on a root that is read-only',
  { skip },
  async () => {
    const inside = async (command: string): Promise<string> =>
      good(await docker(['exec', 'castellan', 'sh', '-c', command]));
    assert.equal(await inside('id -u; id -g'), '10001\n10001\n');
    const status = await inside('cat /proc/1/status');
    for (const line of [
      /^CapBnd:\t0{16}$/m,
      /^CapEff:\t0{16}$/m,
      /^NoNewPrivs:\t1$/m,
      /^Seccomp:\t2$/m,
    ]) {
      assert.match(status, line);
    }
    assert.match(await inside('touch /opt/castellan/x 2>&1 || true'), /Read-only file system/);
    // A program that would become root.
    assert.equal(await inside('find / -xdev -perm /6000 -type f 2>/dev/null || true'), '');
    const info = JSON.parse(good(await docker(['inspect', 'castellan']))) as Inspected[];
    assert.equal(info[0]?.HostConfig.Privileged, false);
  },
);

interface Inspected {
  readonly HostConfig: { readonly Privileged: boolean };
}

test(
  'docker stop lets a run end, and what was accepted is there after a start',
  { skip },
  async () => {
    const slow = 'await new Promise((ok) => setTimeout(ok, 3000)); return "ended"';
    const { id } = await submit(slow, '--detach');
    const get = ['exec', '--env', `CASTELLAN_KEY=${key}`, 'castellan', 'castellan', 'get', id];
    const run = async (): Promise<Run> => JSON.parse(good(await docker(get))) as Run;
    await until('the run has started', async () => (await run()).status === 'running');
    good(await docker(['stop', 'castellan']));
    const state = ['inspect', '--format', '{{.State.ExitCode}}', 'castellan'];
    assert.equal(good(await docker(state)).trim(), '0');
    good(await docker(['rm', 'castellan']));
    await start();
    const ended = await run();
    assert.deepEqual([ended.status, ended.value, ended.attempt], ['succeeded', 'ended', 1]);
  },
);
