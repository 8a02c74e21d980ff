import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { encodeFrame } from '@castellan/protocol/frames';
import type { Layer } from '@castellan/protocol';
import { bubblewrap } from './bubblewrap/bubblewrap.ts';
import { find } from './find.ts';
import { gvisor } from './gvisor/gvisor.ts';
import { readField } from '../walls/cgroup/folders.ts';
import { KernelFile } from '../walls/cgroup/kernel-file.ts';
import { parsePlaces } from '../walls/cgroup/mounts.ts';
import { openCgroups } from '../walls/cgroup/open.ts';
import { patience } from '../../../../test/shared/patience.support.ts';
import { until } from '../../../../test/shared/until.support.ts';
import type { Box, BoxSpec, Runners } from '../boxes/runner/box.ts';
import { runners } from '../boxes/runner/runners.ts';
import { holdings } from './fixtures/leftovers.ts';
import { fixtureParts } from './fixtures/parts.ts';
import { landlockHere } from '../walls/landlock.ts';
import { talkTo } from './fixtures/talk.ts';
import type { Talk } from './fixtures/talk.ts';
import { noDaemon, startDaemon } from './docker/daemon.support.ts';
import { docker } from './docker/docker.ts';
import { loadFor } from './docker/image.support.ts';
import { none } from './none/none.ts';
import { oci } from './oci/oci.ts';

const Mi = 2 ** 20;
const spec: BoxSpec = {
  engine: 'isolate',
  memoryBytes: 64 * Mi,
  cpuMs: 5_000,
  jitless: false,
  reusable: false,
};

const cgroups = await openCgroups();
// A folder of our own, so that what is left in it was left by us.
const temporary = await mkdtemp(join(tmpdir(), 'conformance-test-'));
process.env['TMPDIR'] = temporary;

const noDocker = await noDaemon();
const daemon = noDocker === false ? await startDaemon() : undefined;
after(async () => {
  await daemon?.[Symbol.asyncDispose]();
  await cgroups[Symbol.asyncDispose]();
  await rmdir(temporary);
});
const containers = docker({ socket: daemon?.socket ?? '/nowhere' });
const landlock = await landlockHere();
const landlockParts = { ...fixtureParts, ...(landlock === undefined ? {} : { landlock }) };
if (daemon !== undefined) {
  await loadFor(daemon.socket, fixtureParts, 'isolate');
  await loadFor(daemon.socket, landlockParts, 'isolate');
}

const noGvisor =
  (await find('runsc')) === undefined
    ? 'no runsc here'
    : cgroups.mode === 'none'
      ? cgroups.detail
      : false;
const isRoot = process.geteuid?.() === 0;
const noRuntime = (await find('runc')) === undefined ? 'no runc here' : false;

interface Subject {
  readonly name: string;
  readonly driver: Runners;
  /** Reason why it cannot be tested here, or `false`. */
  readonly skip?: string | false;
  /** Reason why the tests of walls do not apply, or `false`. */
  readonly noWalls: string | false;
  readonly noCgroup: string | false;
  /** What is different inside, and why. */
  readonly unlike?: {
    readonly reason: string;
    /** In the root folder, besides Node, its libraries and the runner. */
    readonly beside: readonly string[];
    /** Its number inside, or that of its own user on the machine. */
    readonly uid: number | 'own';
    /** Layers that it does not build, and those that only it does. */
    readonly lacks: readonly Layer[];
    readonly adds?: readonly Layer[];
    /** Whether the process that counts as the box is a kernel, in which the runner is. */
    readonly isKernel?: boolean;
    /** Files and folders that are there, with nothing in them. */
    readonly empty?: readonly string[];
    /** Devices that are there. */
    readonly devices?: readonly string[];
    /** How many descriptors a program gets. */
    readonly descriptors?: number;
  };
}

/** The folder of the controller cpu that the process is in. */
function cpuFolder(pid: number): string {
  const mounts = readFileSync('/proc/self/mountinfo', 'latin1');
  const { v1, v2 } = parsePlaces(mounts, readFileSync(`/proc/${pid}/cgroup`, 'latin1'));
  return (cgroups.mode === 'v2' ? v2?.own : v1.get('cpu')) ?? '';
}

const like: NonNullable<Subject['unlike']> = { reason: '', beside: [], uid: 65534, lacks: [] };

const subjects: readonly Subject[] = [
  {
    name: 'bubblewrap with cgroups',
    driver: runners(bubblewrap(), fixtureParts, cgroups),
    noWalls: false,
    noCgroup: cgroups.mode === 'none' ? cgroups.detail : false,
  },
  {
    name: 'bubblewrap without cgroups',
    driver: runners(bubblewrap(), fixtureParts),
    noWalls: false,
    noCgroup: 'the driver was given none',
  },
  {
    name: 'oci',
    driver: runners(oci(), fixtureParts, cgroups),
    skip: noRuntime,
    noWalls: noRuntime,
    noCgroup: cgroups.mode === 'none' ? cgroups.detail : noRuntime,
    unlike: {
      reason:
        'runc starts nothing without /proc and /dev/null; an ordinary user can map only one id; the limit of user namespaces is no setting of a bundle',
      beside: ['dev', 'proc'],
      uid: 0,
      lacks: ['nouserns'],
    },
  },
  {
    name: 'gvisor',
    driver: runners(gvisor(), fixtureParts, cgroups),
    skip: noGvisor,
    noWalls: noGvisor,
    noCgroup: noGvisor,
    unlike: {
      reason:
        'a shell puts descriptors in place; gVisor has /proc, /sys and /tmp whatever a bundle says; its kernel needs two capabilities in its own namespace and bounds the program, not itself',
      beside: ['dev', 'proc', 'sh', 'sys', 'tmp'],
      uid: 0,
      lacks: ['nocaps', 'nouserns', 'rlimits'],
      adds: ['gvisor'],
      isKernel: true,
    },
  },
  {
    name: 'docker',
    driver: runners(containers, fixtureParts, cgroups),
    noWalls: noDocker,
    noCgroup: cgroups.mode === 'none' ? cgroups.detail : noDocker,
    skip: noDocker,
    unlike: {
      reason:
        'Docker puts files of its own into each container, makes no user namespace, and passes three descriptors',
      beside: ['.dockerenv', 'dev', 'etc', 'proc', 'sys'],
      uid: 'own',
      lacks: ['userns', 'nouserns'],
      adds: ['dockersocket'],
      empty: ['/proc/meminfo', '/sys'],
      devices: ['/dev/zero'],
      descriptors: 3,
    },
  },
  {
    name: 'none',
    driver: none(fixtureParts),
    noWalls: 'this driver has no walls by definition',
    noCgroup: 'this driver has no limits by definition',
  },
];

for (const { name, driver, noWalls, noCgroup, skip = false, unlike = like } of subjects) {
  const isKernel = unlike.isKernel ?? false;
  describe(`driver ${name}`, { concurrency: false, skip }, () => {
    let held: string[];
    // It opens what a driver keeps: nothing, but it also warms Node's own machinery.
    before(async () => void (await driver.check()));
    beforeEach(() => (held = holdings()));
    afterEach(() => assert.deepEqual(holdings(), held, 'something is left'));

    async function withBox(
      use: (talk: Talk, box: Box) => Promise<void>,
      changes: Partial<BoxSpec> = {},
    ): Promise<void> {
      await using box = await driver.start({ ...spec, ...changes });
      const talk = talkTo(box);
      assert.equal((await talk.ready).ready, true);
      await use(talk, box);
    }

    const fails = async (
      talk: Talk,
      order: { do: string; [name: string]: unknown },
      code: RegExp,
    ) => assert.match((await talk.ask(order)).error ?? 'no error', code);

    it('check says that a box can be built', async () => {
      const check = await driver.check();
      assert.equal(check.ok, true, check.detail);
      assert.equal(/WARNING/.test(check.detail), noWalls !== false);
    });

    it('start carries frames both ways, small and large', () =>
      withBox(async (talk) => {
        for (const length of [0, 1, 70_000, 3 * Mi]) {
          const value = 'é'.repeat(length);
          assert.deepEqual(await talk.ask({ do: 'echo', value }), { value });
        }
      }));

    it('start tells the runner its budget and where its parts are', async () => {
      await using box = await driver.start({ ...spec, reusable: true });
      const { argv } = await talkTo(box).ready;
      assert.deepEqual(argv?.slice(0, 3), ['', String(spec.memoryBytes), 'true']);
      assert.match(argv?.[3] ?? '', /isolated.vm.*\.node$/);
      assert.equal(argv?.[4], '');
    });

    it('replies reach descriptor 4', () =>
      withBox(async (talk, box) => {
        const answer = talk.ask({ do: 'reply' });
        box.replies.write(encodeFrame(65, '{"id":7}'));
        assert.deepEqual(await answer, { value: { id: 7 } });
      }));

    it('exited gives the code of a runner that exits', () =>
      withBox(async (talk, box) => {
        void talk.ask({ do: 'exit', code: 7 });
        assert.deepEqual(await box.exited, { code: 7, signal: null, stderr: '', oomKilled: false });
      }));

    for (const code of isKernel ? [137] : [128, 137, 152, 159, 255]) {
      it(`exited does not take the code ${code} of a runner for a signal of the kernel`, () =>
        withBox(async (talk, box) => {
          void talk.ask({ do: 'exit', code });
          const { code: told, signal } = await box.exited;
          // The filter refuses such a code, and libc ends the process by a fault.
          assert.deepEqual([told, signal], noWalls === false ? [null, 'SIGSEGV'] : [code, null]);
        }));
    }

    it('exited gives a crash signal and last words for an abort', () =>
      withBox(async (talk, box) => {
        void talk.ask({ do: 'abort' });
        const { code, signal, stderr } = await box.exited;
        assert.equal(code, null);
        // Process 1 cannot die of SIGABRT; the C library goes on to a fault. gVisor's process 1 can.
        assert.equal(signal, noWalls === false && !isKernel ? 'SIGSEGV' : 'SIGABRT');
        assert.match(stderr, /stack trace/);
      }));

    it('exited keeps the first 16 KiB of standard error and ends a flood', () =>
      withBox(async (talk, box) => {
        void talk.ask({ do: 'shout', bytes: 4 * Mi });
        await talk.ask({ do: 'echo', value: 1 });
        box.kill();
        assert.equal((await box.exited).stderr, 'x'.repeat(16 * 1024));
      }));

    it('kill ends a box that spins, and may be called again', () =>
      withBox(async (talk, box) => {
        void talk.ask({ do: 'spin', ms: 1e9 });
        box.kill();
        box.kill();
        assert.equal((await box.exited).signal, 'SIGKILL');
        box.kill();
      }));

    it('dispose kills, and may be called again', async () => {
      const box = await driver.start(spec);
      await Promise.all([box[Symbol.asyncDispose](), box[Symbol.asyncDispose]()]);
      // A runtime calls it a failure of its own when a box is killed while it starts.
      if (unlike === like) assert.equal((await box.exited).signal, 'SIGKILL');
      await box.exited;
      assert.deepEqual(box.proveLayers(), []);
    });

    it('a runner ends by itself when the channel is closed', () =>
      withBox(async (_talk, box) => {
        box.channel.end();
        assert.equal((await box.exited).code, 0);
      }));

    it('several boxes live side by side', async () => {
      const boxes = await Promise.all(Array.from({ length: 4 }, () => driver.start(spec)));
      const answers = await Promise.all(
        boxes.map(async (box, value) => (await talkTo(box).ask({ do: 'echo', value })).ready),
      );
      assert.equal(new Set(boxes.map((box) => box.pid)).size, 4);
      assert.equal(answers.length, 4);
      await Promise.all(boxes.map((box) => box[Symbol.asyncDispose]()));
    });

    // gVisor counts by rules of its own; the cgroup bounds what it uses.
    if (!isKernel)
      it('meter counts processor time since startMetering', () =>
        withBox(async (talk, box) => {
          const { value: earlier } = await talk.ask({ do: 'spin', ms: 50 });
          box.startMetering();
          const { value: later } = await talk.ask({ do: 'spin', ms: 150 });
          const used = Number(later) - Number(earlier);
          const { cpuMs } = box.meter();
          // The box itself knows its use; ours starts a little later and ends a little later.
          assert.ok(cpuMs > 0.8 * used && cpuMs < 1.5 * used + 50, `${cpuMs} for ${used}`);
          box.startMetering();
          assert.ok(box.meter().cpuMs < 100);
        }));

    it('meter counts memory as growth, keeps its peak, and outlives the box', () =>
      withBox(async (talk, box) => {
        box.startMetering();
        await talk.ask({ do: 'allocate', bytes: 32 * Mi });
        const grown = box.meter();
        assert.ok(
          grown.memoryBytes > 31 * Mi && grown.memoryBytes < 48 * Mi,
          `${grown.memoryBytes}`,
        );
        assert.ok(grown.memoryPeakBytes >= grown.memoryBytes);
        box.kill();
        await box.exited;
        assert.ok(box.meter().memoryPeakBytes >= grown.memoryPeakBytes);
        assert.ok(box.meter().cpuMs > 0);
      }));

    it('the kernel ends a box that outgrows memoryBytes', { skip: noCgroup }, () =>
      withBox(async (talk, box) => {
        box.startMetering();
        await talk.ask({ do: 'allocate', bytes: 32 * Mi });
        void talk.ask({ do: 'allocate', bytes: 64 * Mi });
        const { signal, oomKilled } = await box.exited;
        assert.deepEqual({ signal, oomKilled }, { signal: 'SIGKILL', oomKilled: true });
        const { memoryPeakBytes } = box.meter();
        assert.ok(memoryPeakBytes > 60 * Mi && memoryPeakBytes <= 65 * Mi, `${memoryPeakBytes}`);
      }),
    );

    if (!isKernel)
      it('RLIMIT_DATA refuses what no run may have', { skip: noWalls }, () =>
        withBox((talk) =>
          fails(talk, { do: 'allocate', bytes: 1500 * Mi }, /ERR_MEMORY|RangeError/),
        ),
      );

    const noCpu = noCgroup === false && !cgroups.hasCpu ? cgroups.detail : noCgroup;
    it('a run has no more processors than cpus, and its end waits for none', { skip: noCpu }, () =>
      withBox(
        async (talk, box) => {
          const folder = cpuFolder(box.pid);
          box.startMetering();
          using quota = new KernelFile(
            join(folder, cgroups.mode === 'v2' ? 'cpu.max' : 'cpu.cfs_quota_us'),
          );
          assert.match(quota.text(), /^5000\b/);
          void talk.ask({ do: 'spin', ms: 1e9 });
          const stopped = (): number => readField(join(folder, 'cpu.stat'), 'nr_throttled');
          await until('it has used what it may', () => stopped() > 0);
          box.kill();
          assert.match(quota.text(), /^(?:max|-1)\b/);
          await box.exited;
        },
        { cpus: 0.05 },
      ),
    );

    it('RLIMIT_CPU kills a box that nobody stopped', { skip: noWalls }, () =>
      withBox(
        async (talk, box) => {
          void talk.ask({ do: 'spin', ms: 1e9 });
          assert.equal((await box.exited).signal, 'SIGKILL');
          // It counts for each process, of which a box with a kernel has two that work.
          const { cpuMs } = box.meter();
          assert.ok(cpuMs < (isKernel ? 8_000 : 4_000) * patience, `${cpuMs} ms`);
        },
        { cpuMs: 1 },
      ),
    );

    it('jitless takes the code generator away', () =>
      withBox(async (talk) => assert.deepEqual(await talk.ask({ do: 'makeCode' }), { value: 42 }), {
        jitless: true,
      }));

    it('the environment is ours alone', () =>
      withBox(async (talk) => {
        const { value } = await talk.ask({ do: 'environment' });
        const environment = new Map(Object.entries(value as Record<string, string>));
        environment.delete('PWD');
        if (unlike !== like) assert.equal(environment.get('HOME'), '/');
        if (unlike !== like) environment.delete('HOME');
        assert.deepEqual(Object.fromEntries(environment), { TZ: 'UTC', LANG: 'C.UTF-8' });
      }));

    if (!isKernel)
      it('the box holds no descriptor of the launcher', () =>
        withBox(async (_talk, box) => {
          const ours = linksOf('self');
          const links = linksOf(box.pid);
          const numbers = [...links.keys()].filter(
            (number) => !/eventfd|eventpoll/.test(links.get(number) ?? ''),
          );
          const starts = (number: number, how: string): boolean =>
            links.get(number)?.startsWith(how) === true &&
            (how === '/dev/null' || !isShared(number));
          const isShared = (number: number): boolean =>
            [...ours.values()].includes(links.get(number) ?? '');
          // A runtime copies the first three through pipes of its own.
          const [nothing, words] = unlike === like ? ['/dev/null', 'socket:'] : ['pipe:', 'pipe:'];
          assert.ok(
            [0, 1].every((number) => starts(number, nothing)),
            String([...links]),
          );
          const { descriptors = 5 } = unlike;
          assert.ok(starts(2, words));
          if (descriptors === 5) assert.ok(starts(3, 'socket:') && starts(4, 'socket:'));
          for (const number of numbers.filter((each) => each >= descriptors)) {
            const link = links.get(number) ?? '';
            if (link === 'anon_inode:[io_uring]' && noWalls !== false) continue;
            // Node's own pipes have both ends here and none with us; a leak is blanked out.
            const own =
              link.startsWith('pipe:') &&
              [...links.values()].filter((each) => each === link).length === 2;
            const shared = [...ours.values()].includes(link);
            assert.ok(link === '/dev/null' || (own && !shared), `${number} is ${link}`);
          }
        }));

    if (isKernel)
      it('the kernel of the box holds no descriptor of the launcher', () =>
        withBox(async (talk, box) => {
          const ours = [...linksOf('self').values()].filter((link) =>
            /^(?:pipe|socket):/.test(link),
          );
          const links = [...linksOf(box.pid).values()];
          assert.deepEqual(
            links.filter((link) => ours.includes(link)),
            [],
          );
          const { value } = await talk.ask({ do: 'descriptors' });
          const own = (value as string[]).filter((link) => !/^anon_inode:|^pipe:/.test(link));
          const [, ...channels] = own.filter((link) => link !== '/dev/null');
          assert.equal(channels.length, 2, String(value));
        }));

    if (isKernel)
      it('the kernel of the box is not that of this machine', () =>
        withBox(async (talk) => {
          const { value } = await talk.ask({ do: 'read', path: '/proc/version' });
          assert.notEqual(value, readFileSync('/proc/version', 'utf8'));
          const { value: line } = await talk.ask({ do: 'read', path: '/proc/cmdline' });
          assert.match(String(line), /gvisor/);
        }));

    it('proveLayers lists every layer', { skip: noWalls }, () =>
      withBox(async (_talk, box) => {
        const expected = [
          'isolate',
          'process',
          'userns',
          'pidns',
          'netns',
          'mountns',
          'ipcns',
          'utsns',
          ...(isRoot ? ['hostuser'] : []),
          'seccomp',
          'nonewprivs',
          'nocaps',
          ...(noCgroup === false ? ['cgroup', ...(cgroups.hasCpu ? ['cpushare'] : [])] : []),
          'rlimits',
          ...(unlike.adds ?? []),
          'nofork',
          'nouserns',
          ...(noCgroup === false ? [] : ['watchdog']),
        ];
        const built = expected.filter((layer) => !unlike.lacks.some((lacked) => lacked === layer));
        assert.deepEqual(box.proveLayers().toSorted(), built.toSorted());
      }),
    );

    const allStand = noWalls === false ? 'this driver builds all layers' : false;
    it('proveLayers claims no layer that is not there', { skip: allStand }, () =>
      withBox(async (_talk, box) => {
        const layers = box.proveLayers();
        for (const layer of [
          'userns',
          'pidns',
          'netns',
          'mountns',
          'hostuser',
          'cgroup',
          'cpushare',
          'rlimits',
          'nofork',
          'nouserns',
        ] as const) {
          assert.ok(!layers.includes(layer), layer);
        }
        assert.ok(layers.includes('isolate') && layers.includes('watchdog'), String(layers));
      }),
    );

    it('the box goes first when the machine runs out of memory', { skip: noWalls }, () =>
      withBox(async (_talk, box) => {
        assert.equal(readFileSync(`/proc/${box.pid}/oom_score_adj`, 'latin1').trim(), '1000');
      }),
    );

    it('the box sees Node, its libraries and the runner only', { skip: noWalls }, () =>
      withBox(async (talk) => {
        const { value } = await talk.ask({ do: 'list', path: '/' });
        const others = (value as string[]).filter(
          (each) => !['lib', 'lib64', 'usr'].includes(each),
        );
        const expected = ['castellan', 'castellan-addon', 'node', ...unlike.beside];
        assert.deepEqual(others.toSorted(), expected.toSorted());
        const { empty = [], devices = [] } = unlike;
        for (const path of empty) {
          const order = path === '/sys' ? { do: 'list', path } : { do: 'read', path };
          assert.equal((await talk.ask(order)).value?.toString(), '', path);
        }
        const present = new Set([...empty, ...devices]);
        const own = ['/proc/meminfo', '/tmp', '/sys'];
        for (const path of ['/etc/passwd', '/dev/zero', ...(isKernel ? [] : own)]) {
          if (!present.has(path)) await fails(talk, { do: 'read', path }, /^ENOENT$/);
        }
        for (const path of unlike.beside.length > 0 ? [] : ['/proc/self/environ', '/dev/null']) {
          await fails(talk, { do: 'read', path }, /^ENOENT$/);
        }
      }),
    );

    it('the box cannot write anywhere', { skip: noWalls }, () =>
      withBox(async (talk) => {
        for (const path of ['/x', '/castellan/x', '/castellan/runner.js', '/node', '/lib/x']) {
          await fails(talk, { do: 'write', path }, /^EPERM$/);
          await fails(talk, { do: 'makeFolder', path: `${path}-folder` }, /^EPERM$/);
        }
      }),
    );

    it('the box cannot make a process, signal one, or become somebody', { skip: noWalls }, () =>
      withBox(async (talk, box) => {
        await fails(talk, { do: 'spawn', program: '/node' }, /^EPERM$/);
        await fails(talk, { do: 'kill', pid: 1 }, /^EPERM$/);
        await fails(talk, { do: 'kill', pid: process.pid }, /^EPERM$/);
        await fails(talk, { do: 'setUid' }, /^EPERM$/);
        const { value } = await talk.ask({ do: 'self' });
        const status = readFileSync(`/proc/${box.pid}/status`, 'latin1');
        const own = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
        const uid = unlike.uid === 'own' ? own : unlike.uid;
        assert.deepEqual(value, { pid: 1, ppid: 0, uid, host: 'box' });
      }),
    );

    it('the box cannot reach a listener on this machine', { skip: noWalls }, async () => {
      const canary = createServer();
      let hits = 0;
      canary.on('connection', () => hits++);
      await once(canary.listen(0, '127.0.0.1'), 'listening');
      const { port } = canary.address() as AddressInfo;
      try {
        await withBox((talk) => fails(talk, { do: 'connect', host: '127.0.0.1', port }, /^EPERM$/));
      } finally {
        await new Promise((resolve) => canary.close(resolve));
      }
      assert.equal(hits, 0);
    });
  });
}

/** Drivers whose boxes start behind Landlock, besides the walls that all of the above stands by. */
const behind = [
  { driver: bubblewrap(), skip: false },
  { driver: oci(), skip: noRuntime },
  { driver: containers, skip: noDocker },
] as const;

describe(
  'behind Landlock',
  { skip: landlock === undefined ? 'the kernel has none' : false },
  () => {
    for (const { driver, skip } of behind) {
      it(`a box of ${driver.name} reads what is named and nothing else`, { skip }, async () => {
        await using box = await runners(driver, landlockParts, cgroups).start(spec);
        const talk = talkTo(box);
        await talk.ready;
        assert.ok(box.proveLayers().includes('landlock'));
        assert.ok((await talk.ask({ do: 'read', path: '/castellan/package.json' })).value);
        for (const order of [
          { do: 'read', path: '/landlock' },
          { do: 'list', path: '/' },
        ]) {
          assert.match((await talk.ask(order)).error ?? 'no error', /^EACCES$/);
        }
      });
    }

    it(
      "a box of gvisor stands without, since gVisor's kernel has none",
      { skip: noGvisor },
      async () => {
        await using box = await runners(gvisor(), landlockParts, cgroups).start(spec);
        await talkTo(box).ready;
        const layers = box.proveLayers();
        assert.ok(layers.includes('gvisor') && !layers.includes('landlock'), String(layers));
      },
    );
  },
);

function linksOf(pid: number | 'self'): Map<number, string> {
  const links = new Map<number, string>();
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      links.set(Number(descriptor), readlinkSync(`/proc/${pid}/fd/${descriptor}`));
    } catch {
      // The one that the folder was read with.
    }
  }
  return links;
}
