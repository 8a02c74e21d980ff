import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from '../../../../../test/shared/until.support.ts';
import { browserEnclosure } from '../../boxes/browser/enclosure.ts';
import { findGatewayBox } from '../../boxes/gateway/enclosure.ts';
import { runnerEnclosure } from '../../boxes/runner/enclosure.ts';
import { runners } from '../../boxes/runner/runners.ts';
import { ProcessView } from '../../walls/procfs.ts';
import { find } from '../find.ts';
import { fixtureParts } from '../fixtures/parts.ts';
import { bundleConfig } from './bundle.ts';
import { oci } from './oci.ts';

const skip = (await find('runc')) === undefined ? 'no runc here' : false;
const noCrun = (await find('crun')) === undefined ? 'no crun here' : false;
const spec = {
  engine: 'isolate',
  memoryBytes: 2 ** 26,
  cpuMs: 5_000,
  jitless: false,
  reusable: false,
} as const;

describe('bundleConfig', () => {
  it('names nothing but what the enclosure names, and no capability', () => {
    const enclosure = runnerEnclosure(fixtureParts, ['/lib/l.so'], spec);
    const text = bundleConfig(enclosure);
    assert.match(text, /18446744073709008895/);
    const config = JSON.parse(text) as {
      process: { args: string[]; env: string[]; capabilities: Record<string, string[]> };
      mounts: { destination: string; options: string[] }[];
      linux: { namespaces: { type: string }[] };
    };
    assert.deepEqual(config.process.args, enclosure.command);
    assert.deepEqual(config.process.env, ['TZ=UTC', 'LANG=C.UTF-8']);
    assert.deepEqual(Object.values(config.process.capabilities).flat(), []);
    const given = enclosure.mounts.map(({ to }) => to);
    const others = config.mounts.filter(({ destination }) => !given.includes(destination));
    assert.deepEqual(
      others.map(({ destination }) => destination),
      ['/proc', '/dev'],
    );
    for (const { options } of config.mounts) assert.ok(options.includes('ro'), String(options));
    const own = config.linux.namespaces.map(({ type }) => type);
    assert.deepEqual(own, ['pid', 'mount', 'ipc', 'uts', 'network']);
  });
});

describe('oci', () => {
  it('says which program is missing, and how to get it', async () => {
    const made = runners(oci({ runtime: '/nowhere/runc' }), fixtureParts);
    const { ok, detail, fix } = await made.check();
    assert.deepEqual([ok, fix], [false, 'apt-get install runc']);
    assert.match(detail, /\/nowhere\/runc was not found/);
    await assert.rejects(made.start(spec), { code: 'isolation_unavailable' });
  });

  it('builds neither what may make namespaces nor what has the network of the machine', async () => {
    const chromium = { program: '/chromium', version: '0' };
    const parts = {
      node: '/node',
      starter: '/starter.js',
      chromium,
      flags: [],
      readable: [],
      ca: null,
    };
    const enclosure = browserEnclosure(parts);
    assert.match(JSON.stringify(await oci().prepare(enclosure)), /boxes of runners only/);
    await assert.rejects(findGatewayBox(oci()), { code: 'isolation_unavailable' });
  });

  it('builds the same for an ordinary user', { skip: skip || noOrdinaryUser() }, async () => {
    const program = `
      import { oci } from ${JSON.stringify(import.meta.resolve('./oci.ts'))};
      import { runners } from ${JSON.stringify(import.meta.resolve('../../boxes/runner/runners.ts'))};
      import { fixtureParts } from ${JSON.stringify(import.meta.resolve('../fixtures/parts.ts'))};
      const made = runners(oci(), fixtureParts);
      console.log(JSON.stringify([await made.check('isolate'), await made.check('node')]));`;
    const node = ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', program];
    const asked = [...asNobody, process.execPath, ...node];
    const { stdout } = await promisify(execFile)('setpriv', asked);
    for (const { ok, detail } of JSON.parse(stdout) as { ok: boolean; detail: string }[]) {
      assert.equal(ok, true, detail);
    }
  });

  it('builds the same with crun', { skip: noCrun }, async () => {
    await using box = await runners(oci({ runtime: 'crun' }), fixtureParts).start(spec);
    await once(box.channel, 'data');
    const layers = box.proveLayers();
    for (const layer of ['userns', 'netns', 'seccomp', 'nocaps', 'rlimits', 'nofork'] as const) {
      assert.ok(layers.includes(layer), layer);
    }
  });

  it('leaves nothing when its launcher is killed', { skip }, async () => {
    const launcher = fileURLToPath(new URL('../fixtures/launcher.ts', import.meta.url));
    const child = spawn(process.execPath, [launcher, 'oci'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    using box = new ProcessView(Number(line.toString()));
    const runtime = box.sample()?.parent ?? 0;
    using between = new ProcessView(runtime);
    child.kill('SIGKILL');
    await once(child, 'close');
    await until('the box is gone', () => box.sample() === undefined);
    await until('the runtime is gone', () => between.sample() === undefined);
  });
});

const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];

function noOrdinaryUser(): string | false {
  if (process.getuid?.() !== 0) return 'needs root to become nobody';
  const asked = [
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    'test',
    '-x',
    process.execPath,
  ];
  const { status } = spawnSync('setpriv', asked);
  return status === 0 ? false : 'this checkout is where only its owner may go';
}
