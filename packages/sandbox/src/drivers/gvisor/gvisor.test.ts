import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../../../../../test/shared/until.support.ts';
import { runnerEnclosure } from '../../boxes/runner/enclosure.ts';
import { runners } from '../../boxes/runner/runners.ts';
import { openCgroups } from '../../walls/cgroup/open.ts';
import { startTimeOf } from '../../walls/procfs.ts';
import { treeOf } from '../../walls/tree.ts';
import { find } from '../find.ts';
import { descendants, survivors } from '../fixtures/leftovers.ts';
import { fixtureParts } from '../fixtures/parts.ts';
import { gvisorConfig } from './bundle.ts';
import { gvisor } from './gvisor.ts';

const skip = (await find('runsc')) === undefined ? 'no runsc here' : false;
const noCgroup = await withoutCgroup();
const spec = {
  engine: 'node',
  memoryBytes: 2 ** 26,
  cpuMs: 5_000,
  jitless: false,
  reusable: false,
} as const;

interface Config {
  readonly process: { readonly args: readonly string[] };
  readonly mounts: readonly { destination: string; source: string; options: string[] }[];
  readonly linux: { readonly seccomp: { readonly syscalls: readonly { action: string }[] } };
}

describe('gvisorConfig', () => {
  it('puts a shell first, and what may be written into the folder in memory', () => {
    const enclosure = runnerEnclosure(fixtureParts, ['/lib/c.so'], spec);
    const shell = { program: '/bin/dash', libraries: ['/lib/c.so', '/lib/d.so'] };
    const config = JSON.parse(gvisorConfig(enclosure, shell)) as Config;
    assert.deepEqual(config.process.args.slice(4), enclosure.command);
    const writable = config.mounts.filter(({ options }) => options.includes('rw'));
    assert.deepEqual(
      writable.map(({ destination, source }) => [destination, source]),
      [
        ['/scratch', '/sys/w'],
        ['/dev/null', '/sys/dev/null'],
        ['/dev/zero', '/sys/dev/zero'],
        ['/dev/urandom', '/sys/dev/urandom'],
        ['/tmp', '/sys/w/tmp'],
      ],
    );
    const places = config.mounts.map(({ destination }) => destination);
    assert.equal(new Set(places).size, places.length, String(places));
    const actions = new Set(config.linux.seccomp.syscalls.map(({ action }) => action));
    assert.deepEqual(actions, new Set(['SCMP_ACT_ALLOW', 'SCMP_ACT_TRACE', 'SCMP_ACT_KILL']));
  });
});

describe('gvisor', () => {
  it('says which program is missing, and how to get it', async () => {
    const made = runners(gvisor({ runtime: '/nowhere/runsc' }), fixtureParts);
    const { ok, detail, fix } = await made.check();
    assert.deepEqual([ok, fix], [false, 'apt-get install runsc']);
    assert.match(detail, /\/nowhere\/runsc was not found/);
  });

  it('kills a platform that never answers, with all that it started', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gvisor-test-'));
    try {
      const runtime = join(folder, 'runsc');
      await writeFile(runtime, '#!/bin/sh\nsleep 1000 &\nsleep 1000\n');
      await chmod(runtime, 0o755);
      const seen = new Set<string>();
      const watch = setInterval(() => {
        for (const line of descendants()) seen.add(line);
      }, 20);
      const enclosure = runnerEnclosure(fixtureParts, [], spec);
      const found = await gvisor({ runtime, patienceMs: 400 }).prepare(enclosure);
      clearInterval(watch);
      assert.match(JSON.stringify(found), /gave no answer in 400 ms/);
      assert.ok(seen.size > 2, 'a program was started that started another');
      await until('all of it is gone', () => survivors(seen).length === 0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('builds nothing where no cgroup counts what its processes use', { skip }, async () => {
    const { ok, detail } = await runners(gvisor(), fixtureParts).check();
    assert.deepEqual([ok, /need a cgroup/.test(detail)], [false, true]);
  });

  it('leaves nothing when its launcher is killed', { skip: skip || noCgroup }, async () => {
    const launcher = fileURLToPath(new URL('../fixtures/launcher.ts', import.meta.url));
    const child = spawn(process.execPath, [launcher, 'gvisor'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const [, ...started] = treeOf(child.pid ?? 0);
    const lines = started.map((pid) => `process ${pid} ${startTimeOf(pid)}`);
    assert.ok(lines.length > 3, 'the kernel of the box, what opens files for it, and programs');
    child.kill('SIGKILL');
    await once(child, 'close');
    await until('all of it is gone', () => survivors(lines).length === 0);
  });
});

async function withoutCgroup(): Promise<string | false> {
  await using cgroups = await openCgroups();
  return cgroups.mode === 'none' ? cgroups.detail : false;
}
