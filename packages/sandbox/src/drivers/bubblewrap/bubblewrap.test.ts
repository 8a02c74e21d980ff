import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openCgroups } from '../../walls/cgroup/open.ts';
import { fixtureParts } from '../fixtures/parts.ts';
import { holdings } from '../fixtures/leftovers.ts';
import { ProcessView } from '../../walls/procfs.ts';
import type { Confinement } from '../../walls/confinement.ts';
import { compileFilter } from '../../walls/seccomp/bpf.ts';
import { isolateTable, type SyscallTable } from '../../walls/seccomp/table.ts';
import type { Enclosure } from '../../boxes/enclosure.ts';
import { runnerEnclosure } from '../../boxes/runner/enclosure.ts';
import { runners } from '../../boxes/runner/runners.ts';
import { giveUp } from '../give-up.ts';
import { bubblewrap } from './bubblewrap.ts';
import { bubblewrapCommand } from './command.ts';
import { diagnose } from '../diagnose.ts';
import { librariesOf, parseList } from '../../walls/libraries.ts';
import { spawnEnclosure } from './spawn.ts';
import { type HostTools, isRecent } from './tools.ts';

const spec = {
  engine: 'isolate',
  memoryBytes: 2 ** 26,
  cpuMs: 5_000,
  jitless: false,
  reusable: false,
} as const;
const run = promisify(execFile);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const tools = { bwrap: '/usr/bin/bwrap', prlimit: '/usr/bin/prlimit' };

const boxesOf = (names: Partial<HostTools>) => runners(bubblewrap({ tools: names }), fixtureParts);

/** A program that asks a fresh driver about this machine and prints the answer. */
const asking = `
import { bubblewrap } from ${JSON.stringify(import.meta.resolve('./bubblewrap.ts'))};
import { fixtureParts } from ${JSON.stringify(import.meta.resolve('../fixtures/parts.ts'))};
import { runners } from ${JSON.stringify(import.meta.resolve('../../boxes/runner/runners.ts'))};
const driver = runners(bubblewrap(), fixtureParts);
const engine = process.argv[1] ?? 'isolate';
const check = await driver.check(engine);
let layers;
const error = await driver.start({ ...${JSON.stringify(spec)}, engine }).then(async (box) => {
  if (engine === 'isolate') await new Promise((spoken) => box.channel.once('data', spoken));
  layers = box.proveLayers();
  await box[Symbol.asyncDispose]();
}, (error) => error);
console.log(JSON.stringify({ ...check, layers, code: error?.code, message: error?.message }));`;
const askingArguments = [
  '--input-type=module',
  '--disable-warning=ExperimentalWarning',
  '-e',
  asking,
];

interface Answer {
  readonly ok: boolean;
  readonly detail: string;
  readonly fix: string | null;
  readonly layers?: readonly string[];
  readonly code?: string;
  readonly message?: string;
}

describe('bubblewrap on a machine that lacks something', () => {
  it('names the missing program and its package', async () => {
    const driver = boxesOf({ bwrap: '/nowhere/bwrap' });
    const check = await driver.check();
    assert.equal(check.ok, false);
    assert.equal(check.fix, 'apt-get install bubblewrap util-linux');
    await assert.rejects(driver.start(spec), {
      code: 'isolation_unavailable',
      message: /\/nowhere\/bwrap was not found.*apt-get install bubblewrap/,
    });
  });

  it('refuses a setuid bubblewrap', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'setuid-test-'));
    try {
      const copy = join(folder, 'bwrap');
      await copyFile(tools.bwrap, copy);
      await chmod(copy, 0o4755);
      const check = await boxesOf({ bwrap: copy }).check();
      assert.equal(check.ok, false);
      assert.match(check.detail, /setuid/);
      assert.equal(check.fix, `chmod u-s,g-s ${copy}`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses a bubblewrap that is too old', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'old-test-'));
    try {
      const old = join(folder, 'bwrap');
      await writeFile(old, '#!/bin/sh\necho bubblewrap 0.4.1\n', { mode: 0o755 });
      const check = await boxesOf({ bwrap: old }).check();
      assert.equal(check.ok, false);
      assert.match(check.detail, /0\.4\.1; 0\.8\.0 or newer/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says which setting turns user namespaces on', async () => {
    // Each user namespace has its own count of those below it.
    const forbid = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" "$@"';
    const { stdout } = await run('unshare', [
      '--user',
      '--map-root-user',
      'sh',
      '-c',
      forbid,
      process.execPath,
      ...askingArguments,
    ]);
    const answer = JSON.parse(stdout) as Answer;
    assert.equal(answer.ok, false);
    assert.match(answer.detail, /User namespaces cannot be made/);
    assert.equal(answer.fix, 'sysctl -w user.max_user_namespaces=15000');
    assert.equal(answer.code, 'isolation_unavailable');
    assert.match(answer.message ?? '', /sysctl -w user\.max_user_namespaces=15000/);
  });

  it('says that the kernel takes no filter', async () => {
    const noSeccomp: SyscallTable = {
      otherwise: 'allow',
      rows: [
        // PR_SET_SECCOMP
        { name: 'prctl', number: 157, action: 'enosys', when: { index: 0, oneOf: [22n] } },
        { name: 'seccomp', number: 317, action: 'enosys' },
      ],
    };
    const child = spawn(
      tools.bwrap,
      [
        '--dev-bind',
        '/',
        '/',
        '--proc',
        '/proc',
        '--cap-add',
        'ALL',
        '--seccomp',
        '3',
        '--',
        process.execPath,
        ...askingArguments,
      ],
      { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] },
    );
    (child.stdio[3] as NodeJS.WritableStream).end(compileFilter(noSeccomp));
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await once(child, 'close');
    const answer = JSON.parse(text) as Answer;
    assert.equal(answer.ok, false);
    assert.match(answer.detail, /no system call filter/);
    assert.match(answer.fix ?? '', /CONFIG_SECCOMP_FILTER/);
    assert.equal(answer.code, 'isolation_unavailable');
  });

  it('finds the machine mended without being made anew', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mend-test-'));
    try {
      const bwrap = join(folder, 'bwrap');
      const driver = boxesOf({ bwrap });
      await assert.rejects(driver.start(spec), { code: 'isolation_unavailable' });
      await copyFile(tools.bwrap, bwrap);
      await using box = await driver.start(spec);
      assert.ok(box.pid > 0);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const notRoot = process.getuid?.() === 0 ? false : 'needs a root to take it from';
const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];

function noOrdinaryUser(): string | false {
  if (process.getuid?.() !== 0) return 'needs root to become nobody';
  const { status } = spawnSync('setpriv', [...asNobody, 'test', '-x', process.execPath]);
  return status === 0 ? false : 'this checkout is where only its owner may go';
}

describe('bubblewrap as an ordinary user', () => {
  it('builds the same box', { skip: noOrdinaryUser() }, async () => {
    const { stdout } = await run('setpriv', [...asNobody, process.execPath, ...askingArguments]);
    const answer = JSON.parse(stdout) as Answer;
    assert.deepEqual([answer.ok, answer.code], [true, undefined], answer.detail);
  });
});

describe('a launcher that is killed', () => {
  it('leaves no box, and the next launcher sweeps its cgroup', async () => {
    const child = spawn(process.execPath, [here('../fixtures/launcher.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const box = new ProcessView(Number(line.toString()));
    assert.ok(box.sample() !== undefined);
    child.kill('SIGKILL');
    await once(child, 'close');
    // The kernel has no event for somebody else's process.
    for (let tries = 0; box.sample() !== undefined && tries < 1_000; tries++) await wait(2);
    assert.equal(box.sample(), undefined);
    box[Symbol.dispose]();

    await using cgroups = await openCgroups();
    assert.equal(await cgroups.sweep(), 0, 'opening has swept already');
  });
});

describe('a descriptor that our own starter left open', () => {
  it('does not reach the box', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leak-test-'));
    const secret = await open(join(folder, 'secret'), 'w+');
    try {
      await secret.write('canary');
      const stdio = [
        'ignore',
        'pipe',
        'inherit',
        ...Array<'ignore'>(37).fill('ignore'),
        secret.fd,
      ] as const;
      const child = spawn(process.execPath, [here('../fixtures/launcher.ts')], {
        stdio: [...stdio],
      });
      const stdout = child.stdout as NodeJS.ReadableStream;
      const [line] = (await once(stdout, 'data')) as [Buffer];
      const linksOf = async (pid: string): Promise<string> =>
        (await run('ls', ['-l', `/proc/${pid}/fd`])).stdout;
      const launcher = await linksOf(String(child.pid));
      const box = await linksOf(line.toString().trim());
      child.kill('SIGKILL');
      await once(child, 'close');
      assert.match(launcher, /40 -> .*secret/);
      assert.doesNotMatch(box, /secret/);
      assert.match(box, /40 -> \/dev\/null/);
    } finally {
      await secret.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe('spawnEnclosure', () => {
  const started = async (table: SyscallTable, filter: Buffer, script: string) => {
    const libraries = await librariesOf([fixtureParts.node]);
    const enclosure = runnerEnclosure(fixtureParts, libraries, spec, { rest: ['-e', script] });
    const means = { tools, mounter: undefined, isLimited: true, proc: [] };
    const bare = { ...enclosure, limits: [], filter: table };
    return spawnEnclosure(bubblewrapCommand(means, bare), bare, filter, []);
  };

  it('reports SIGSYS for a tripwire that is touched', async () => {
    const wired: SyscallTable = {
      otherwise: 'allow',
      rows: [{ name: 'mkdir', number: 83, action: 'kill' }],
    };
    const before = holdings();
    const enclosed = await started(wired, compileFilter(wired), "require('fs').mkdirSync('/x')");
    assert.deepEqual(await enclosed.watched.ended, { code: null, signal: 'SIGSYS' });
    await giveUp(enclosed);
    assert.deepEqual(holdings(), before);
  });

  for (const isLimited of [true, false]) {
    it(`lets the kernel ${isLimited ? 'refuse' : 'make'} a user namespace where no filter refuses it`, async () => {
      const allowing: SyscallTable = { otherwise: 'allow', rows: [] };
      const unshare = '/usr/bin/unshare';
      const libraries = await librariesOf([unshare]);
      const enclosure: Enclosure = {
        ...runnerEnclosure(fixtureParts, libraries, spec),
        command: [unshare, '--user', unshare, '--version'],
        mounts: [unshare, ...libraries].map((path) => ({ from: path, to: path })),
        limits: [],
      };
      const means = { tools, mounter: undefined, isLimited, proc: [] };
      const command = bubblewrapCommand(means, enclosure);
      const enclosed = spawnEnclosure(command, enclosure, compileFilter(allowing), []);
      const { code } = await enclosed.watched.ended;
      const said = await giveUp(enclosed);
      assert.equal(code, isLimited ? 1 : 0, said);
      if (isLimited) assert.match(said, /unshare failed: No space left/);
    });
  }

  it('starts nothing without a whole filter', async () => {
    const enclosed = await started(isolateTable, Buffer.alloc(0), '0');
    const { code } = await enclosed.watched.ended;
    assert.equal(code, 1);
    assert.match(await giveUp(enclosed), /SECCOMP/i);
  });
});

describe('librariesOf', () => {
  it('lists the loader and what Node needs, without the kernel part', async () => {
    const libraries = await librariesOf([fixtureParts.node, fixtureParts.addon]);
    assert.ok(libraries.includes('/lib64/ld-linux-x86-64.so.2'));
    assert.ok(libraries.some((path) => path.endsWith('/libc.so.6')));
    assert.ok(libraries.every((path) => path.startsWith('/')));
    assert.equal(new Set(libraries).size, libraries.length);
  });

  it('refuses a library that is not there', () => {
    assert.throws(() => parseList('\tlibx.so.1 => not found\n'), /libx\.so\.1 was not found/);
  });
});

describe('diagnose', () => {
  const free: Confinement = {
    sysctl: () => undefined,
    isRoot: false,
    hasSetfcap: false,
    isFiltered: false,
    appArmor: undefined,
  };
  const settings = (values: Record<string, string>): Confinement => ({
    ...free,
    sysctl: (name) => values[name],
  });
  const mapping = 'bwrap: setting up uid map: Permission denied';
  const creating = 'bwrap: No permissions to create a new namespace';
  const mounting = 'bwrap: Failed to make / slave: Permission denied';

  for (const [what, said, confined, fix] of [
    [
      'a setting that allows ordinary users none',
      creating,
      settings({ 'kernel/unprivileged_userns_clone': '0' }),
      /^sysctl -w kernel\.unprivileged_userns_clone=1$/,
    ],
    [
      'AppArmor, which gives them no rights',
      mapping,
      settings({ 'kernel/apparmor_restrict_unprivileged_userns': '1' }),
      /AppArmor profile with "userns,"/,
    ],
    [
      "a container's profile of AppArmor",
      mounting,
      { ...free, appArmor: 'docker-default' },
      /apparmor=unconfined/,
    ],
    ["a container's filter", creating, { ...free, isFiltered: true }, /seccomp=FILE/],
    [
      'a root without the capability to map itself',
      'unshare: write failed /proc/self/uid_map: Operation not permitted',
      { ...free, isRoot: true },
      /--user 1000.*SETFCAP/,
    ],
    [
      'a masked /proc',
      "bwrap: Can't mount proc on /newroot/proc: Operation not permitted",
      { ...free, isFiltered: true },
      /systempaths=unconfined.*procMount/,
    ],
    ['something else', creating, free, /deploy\/systemd\/castellan\.service/],
  ] as const) {
    it(`has a fix of its own for ${what}`, () => {
      const { detail, fix: told } = diagnose(said, confined);
      assert.match(told ?? '', fix);
      assert.ok(detail.endsWith(said), detail);
    });
  }

  it('passes on what it does not know', () => {
    const { detail, fix } = diagnose("bwrap: Can't find source path /x: No such file\nmore");
    assert.match(detail, /Can't find source path/);
    assert.equal(fix, null);
  });
});

/** In a namespace where this was done to `/proc`, as container engines do it. */
const contained = async (covering: string, engine: string): Promise<Answer> => {
  const namespace = ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--mount-proc'];
  const script = `${covering}; exec "$0" "$@"`;
  const command = [...namespace, 'sh', '-ec', script, process.execPath, ...askingArguments, engine];
  return JSON.parse((await run('unshare', command)).stdout) as Answer;
};

describe('bubblewrap in a container', () => {
  const readOnly = 'mount --bind /proc/sys /proc/sys; mount -o remount,ro,bind /proc/sys';
  const masked = 'mount --bind /dev/null /proc/timer_list';

  it('builds boxes where the limit of user namespaces cannot be set, and does not claim it', async () => {
    const { ok, detail, layers = [] } = await contained(readOnly, 'isolate');
    assert.equal(ok, true, detail);
    assert.ok(layers.includes('nofork') && layers.includes('seccomp'), String(layers));
    assert.ok(!layers.includes('nouserns'));
  });

  it('builds those of isolates where /proc is masked, and says what those of full Node need', async () => {
    const { ok, layers = [] } = await contained(masked, 'isolate');
    assert.deepEqual([ok, layers.includes('nouserns')], [true, true]);
    const { fix } = await contained(masked, 'node');
    assert.match(fix ?? '', /systempaths=unconfined.*procMount: Unmasked/);
  });

  it('says what a root lacks that has no CAP_SETFCAP', { skip: notRoot }, async () => {
    // Without the others boxes cannot have users of their own either, who map themselves alone.
    const bounded = ['--bounding-set=-setfcap,-setuid', '--inh-caps=-setfcap,-setuid'];
    const { stdout } = await run('setpriv', [...bounded, process.execPath, ...askingArguments]);
    const { ok, detail, fix } = JSON.parse(stdout) as Answer;
    assert.equal(ok, false);
    assert.match(detail, /CAP_SETFCAP/);
    assert.match(fix ?? '', /--cap-add SETFCAP/);
  });
});

describe('isRecent', () => {
  it('compares numbers, not text', () => {
    for (const good of ['bubblewrap 0.8.0', 'bubblewrap 0.10.1', 'bubblewrap 1.0.0']) {
      assert.equal(isRecent(good), true, good);
    }
    for (const bad of ['bubblewrap 0.7.9', 'bubblewrap 0.4.1', 'something else', '']) {
      assert.equal(isRecent(bad), false, bad);
    }
  });
});

describe('bubblewrapCommand', () => {
  it('has no way in for the host: no bind that can be written, no proc, no dev, no tmpfs', () => {
    const parts = { ...fixtureParts, snapshot: { file: '/snapshot', codeKey: '' } };
    const enclosure = runnerEnclosure(parts, ['/lib/l.so'], spec);
    const command = bubblewrapCommand(
      { tools, mounter: undefined, isLimited: true, proc: [] },
      enclosure,
    );
    for (const option of [
      '--bind',
      '--dev-bind',
      '--proc',
      '--dev',
      '--tmpfs',
      '--share-net',
      '--cap-add',
    ]) {
      assert.ok(!command.includes(option), option);
    }
    assert.deepEqual(command.slice(command.indexOf('--remount-ro'), command.indexOf('--chdir')), [
      '--remount-ro',
      '/',
    ]);
    assert.ok(command.includes('/castellan-addon/snapshot.bin'));
  });
});
