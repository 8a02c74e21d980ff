import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { until } from '../../../../../test/shared/until.support.ts';
import type { Cgroups } from './cgroups.ts';
import { abandonedFolders, fieldOf, launcherFolderName, removeTree } from './folders.ts';
import { cgroupPlaces, parsePlaces } from './mounts.ts';
import { openCgroups } from './open.ts';

const Mi = 2 ** 20;
const processors = availableParallelism();
const places = cgroupPlaces();
await using probe = await openCgroups();
const noCgroups = probe.mode === 'none' ? probe.detail : false;

/** A process that allocates and writes as many MiB as its standard input says. */
async function hungry(): Promise<ChildProcess> {
  const script =
    "const kept=[];process.stdin.on('data',(d)=>{kept.push(Buffer.alloc(Number(d)*2**20,1));process.stdout.write('done\\n')});process.stdout.write('up\\n')";
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return child;
}

/** A setting of the one box there is, as the kernel has it, by its names in v2 and v1. */
function settingOf({ parents }: Cgroups, names: string, box = '/box-*'): string {
  const folder = `castellan-*-${process.pid}-*${box}`;
  const files = parents.flatMap((parent) => globSync(join(parent, folder, `@(${names})`)));
  assert.equal(new Set(files).size, 1, String(files));
  return readFileSync(files[0] ?? '', 'latin1').trim();
}

/** The memory limit of the one box there is. */
const limitOf = (cgroups: Cgroups): number =>
  Number(settingOf(cgroups, 'memory.max|memory.limit_in_bytes'));

/** A process that does nothing but use the first processor that this one may use. */
function busy(): ChildProcess {
  const own = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
  return spawn('taskset', ['-c', String(own), 'sh', '-c', 'while :; do :; done'], {
    stdio: 'ignore',
  });
}

describe('openCgroups', { skip: noCgroups }, () => {
  it('bounds the growth of a process, and counts its memory, peak and processor time', async () => {
    await using cgroups = await openCgroups();
    const group = cgroups.make();
    assert.ok(group);
    const child = await hungry();
    const { pid = 0, stdin, stdout } = child;
    const gone = once(child, 'exit');
    await group.join(pid);
    assert.equal(group.holds(pid), true);
    assert.equal(group.holds(process.pid), false);
    group.limitGrowth(64 * Mi);
    group.resetPeak();
    const before = group.read();
    stdin?.write('32');
    await once(stdout ?? child, 'data');
    const after = group.read();
    assert.ok(before && after);
    assert.ok(after.memoryBytes - before.memoryBytes > 31 * Mi);
    assert.ok(after.peakBytes >= after.memoryBytes);
    assert.ok(after.cpuMs > before.cpuMs);
    assert.equal(group.oomKills(), 0);
    stdin?.write('64');
    assert.deepEqual(await gone, [null, 'SIGKILL']);
    assert.ok(group.oomKills() > 0);
    await group.remove();
    assert.equal(group.read(), undefined);
  });

  it('holds files of the kernel open, and lets go of them when it is removed', async () => {
    await using cgroups = await openCgroups();
    const before = readdirSync('/proc/self/fd').length;
    const group = cgroups.make();
    assert.ok(readdirSync('/proc/self/fd').length > before);
    await group?.remove();
    assert.equal(readdirSync('/proc/self/fd').length, before);
    assert.throws(() => group?.limitGrowth(Mi), /is closed/);
  });

  it('can raise and lower the limit again for the next run', async () => {
    await using cgroups = await openCgroups();
    const group = cgroups.make();
    for (const bytes of [64, 16, 128, 8].map((number) => number * Mi)) {
      const used = group?.read()?.memoryBytes ?? 0;
      group?.limitGrowth(bytes);
      // The kernel counts in pages, and in batches of them.
      assert.ok(Math.abs(limitOf(cgroups) - used - bytes) < Mi, `${limitOf(cgroups)} for ${bytes}`);
    }
    await group?.remove();
  });

  const noCpu = probe.hasCpu ? false : probe.detail;

  it(
    'shares a busy processor between boxes, not between their processes',
    { skip: noCpu },
    async () => {
      await using cgroups = await openCgroups();
      const [crowd, single] = [cgroups.make(), cgroups.make()];
      assert.ok(crowd?.hasCpu === true && single !== undefined);
      const many = [busy(), busy(), busy(), busy(), busy(), busy()];
      for (const [group, members] of [
        [crowd, many],
        [single, [busy()]],
      ] as const) {
        for (const { pid = 0 } of members) await group.join(pid);
      }
      const used = (): readonly [number, number] => [
        crowd.read()?.cpuMs ?? 0,
        single.read()?.cpuMs ?? 0,
      ];
      const before = used();
      let part = 0;
      await until('they have used half a second', () => {
        const [ofMany, ofOne] = used().map((ms, index) => ms - (before[index] ?? 0)) as [
          number,
          number,
        ];
        part = ofOne / (ofMany + ofOne);
        return ofMany + ofOne > 500;
      });
      await Promise.all([crowd.remove(), single.remove()]);
      assert.ok(part > 0.35 && part < 0.65, `one of seven processes had ${part} of a processor`);
    },
  );

  it('limits the processors of a box, and lifts the limit again', { skip: noCpu }, async () => {
    await using cgroups = await openCgroups();
    const [asWeight, mostly, whole] =
      probe.mode === 'v2' ? [1, ' 100000', 'max 100000'] : [10.24, '', '-1'];
    const weight = 'cpu.weight|cpu.shares';
    // All boxes together: like a busy program for each processor.
    assert.equal(settingOf(cgroups, weight, ''), `${100 * asWeight * processors}`);
    const group = cgroups.make({ tasks: 64, startBytes: 64 * Mi, weight: 500 });
    assert.equal(settingOf(cgroups, weight), `${500 * asWeight}`);
    const child = busy();
    const gone = once(child, 'exit');
    await group?.join(child.pid ?? 0);
    const quota = (): string => settingOf(cgroups, 'cpu.max|cpu.cfs_quota_us');
    assert.equal(quota(), whole);
    group?.limitCpus(0.25);
    assert.equal(quota(), `25000${mostly}`);
    const stopped = (): number => fieldOf(settingOf(cgroups, 'cpu.stat'), 'nr_throttled');
    await until('the kernel has held it back', () => stopped() > 0);
    group?.limitCpus(null);
    assert.equal(quota(), whole);
    await group?.remove();
    await gone;
  });

  it('remove kills what is inside', async () => {
    await using cgroups = await openCgroups();
    const group = cgroups.make();
    const child = await hungry();
    const gone = once(child, 'exit');
    await group?.join(child.pid ?? 0);
    await group?.remove();
    assert.deepEqual(await gone, [null, 'SIGKILL']);
  });

  it('join rejects for a process that is gone', async () => {
    await using cgroups = await openCgroups();
    const group = cgroups.make();
    const child = await hungry();
    child.kill('SIGKILL');
    await once(child, 'exit');
    await assert.rejects(group?.join(child.pid ?? 0) ?? Promise.resolve());
    await group?.remove();
  });

  it('sweeps the folders of a launcher that is gone, with what runs in them', async () => {
    const dead = spawn('true', { stdio: 'ignore' });
    await once(dead, 'exit');
    const abandoned = launcherFolderName().replace(/-\d+-\d+-(\w+)$/, `-${dead.pid}-12345-$1`);
    const folders = probe.parents.map((parent) => join(parent, abandoned));
    const child = await hungry();
    const gone = once(child, 'exit');
    for (const folder of folders) {
      await mkdir(join(folder, 'box-1'), { recursive: true });
      await writeFile(join(folder, 'box-1', 'cgroup.procs'), String(child.pid));
    }
    await using cgroups = await openCgroups();
    assert.deepEqual(cgroups.parents, probe.parents);
    assert.deepEqual(await gone, [null, 'SIGKILL']);
    for (const folder of folders) assert.equal(existsSync(folder), false);
  });

  it('leaves nothing when disposed of', async () => {
    const own = async (): Promise<string[]> => {
      const names = await Promise.all(probe.parents.map((parent) => readdir(parent)));
      return names.flat().filter((name) => name.includes(`-${process.pid}-`));
    };
    const before = await own();
    const cgroups = await openCgroups();
    await cgroups.make()?.remove();
    await cgroups[Symbol.asyncDispose]();
    assert.deepEqual(await own(), before);
  });
});

const noV1 = probe.mode === 'v1' && probe.hasCpu ? false : 'needs all controllers of v1';
describe('openCgroups without the controller cpu', { skip: noV1 }, () => {
  for (const [where, cpu] of [
    ['that is not mounted', []],
    ['that cannot be written to', [['cpu', '/proc/self']]],
  ] as const) {
    it(`bounds memory and tasks all the same beside one ${where}`, async () => {
      const v1 = new Map([...places.v1].filter(([name]) => name !== 'cpu'));
      for (const [name, folder] of cpu) v1.set(name, folder);
      await using cgroups = await openCgroups({ places: { v1, v2: undefined } });
      assert.deepEqual([cgroups.mode, cgroups.hasCpu], ['v1', false]);
      const group = cgroups.make();
      assert.equal(group?.hasCpu, false);
      group?.limitCpus(0.5);
      await group?.remove();
    });
  }
});

describe('openCgroups without usable cgroups', () => {
  it('says what was tried', async () => {
    await using nothing = await openCgroups({ places: { v1: new Map(), v2: undefined } });
    assert.equal(nothing.mode, 'none');
    assert.match(nothing.detail, /no hierarchy with memory and pids/);
    assert.equal(nothing.make(), undefined);
  });

  it('does not fall for a folder that only looks like a cgroup', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cgroup-test-'));
    try {
      await writeFile(join(folder, 'cgroup.subtree_control'), 'memory pids\n');
      await using nothing = await openCgroups({
        places: { v1: new Map(), v2: { mount: folder, own: folder } },
      });
      assert.equal(nothing.mode, 'none');
      assert.match(nothing.detail, /not a cgroup v2 folder/);
      assert.deepEqual(await readdir(folder), ['cgroup.subtree_control']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const v2Writable = places.v2 !== undefined && process.getuid?.() === 0;
describe(
  'removeTree on cgroup v2',
  { skip: v2Writable ? false : 'needs a v2 mount and root' },
  () => {
    it('kills by cgroup.kill and removes nested folders', async () => {
      const folder = join(places.v2?.mount ?? '', `${launcherFolderName()}-test`);
      await mkdir(join(folder, 'box-1'), { recursive: true });
      const child = await hungry();
      const gone = once(child, 'exit');
      await writeFile(join(folder, 'box-1', 'cgroup.procs'), String(child.pid));
      await removeTree(folder);
      assert.deepEqual(await gone, [null, 'SIGKILL']);
      assert.equal(existsSync(folder), false);
      await removeTree(folder);
    });
  },
);

describe('abandonedFolders', () => {
  it('spares the living, other pid namespaces and strangers', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'abandoned-test-'));
    try {
      const own = launcherFolderName();
      const reused = own.replace(/\d+-(\w+)$/, '1-$1');
      for (const name of [own, reused, 'castellan-1-1-1', 'other', 'castellan-x']) {
        await mkdir(join(folder, name));
      }
      assert.deepEqual(abandonedFolders(folder), [reused]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('parsePlaces', () => {
  it('finds both versions side by side', () => {
    const found = parsePlaces(
      [
        '30 1 0:26 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory',
        '31 1 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct',
        '32 1 0:28 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw,nsdelegate',
      ].join('\n'),
      '4:memory:/a/b\n2:cpu,cpuacct:/\n0::/c\n',
    );
    assert.deepEqual(found.v2, {
      mount: '/sys/fs/cgroup/unified',
      own: '/sys/fs/cgroup/unified/c',
    });
    assert.equal(found.v1.get('memory'), '/sys/fs/cgroup/memory/a/b');
    assert.equal(found.v1.get('cpuacct'), '/sys/fs/cgroup/cpu,cpuacct');
  });

  it('translates the path of a container whose mount shows a part only', () => {
    const mount = '30 1 0:26 /docker/x /sys/fs/cgroup rw - cgroup2 cgroup rw';
    assert.equal(parsePlaces(mount, '0::/docker/x/y\n').v2?.own, '/sys/fs/cgroup/y');
    assert.equal(parsePlaces(mount, '0::/docker/xy\n').v2?.own, '/sys/fs/cgroup');
  });
});

describe('fieldOf', () => {
  it('reads one line of a flat keyed file', () => {
    assert.equal(fieldOf('low 0\noom 3\noom_kill 2\n', 'oom_kill'), 2);
    assert.equal(fieldOf('low 0\n', 'oom_kill'), 0);
  });
});
