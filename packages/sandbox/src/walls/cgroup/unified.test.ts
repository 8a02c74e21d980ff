import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launcherFolderName, removeTree } from './folders.ts';
import { isOurs, stepInto } from './members.ts';
import { cgroupPlaces } from './mounts.ts';
import { openCgroups } from './open.ts';

const { v2 } = cgroupPlaces();
await using probe = await openCgroups();
const noMount =
  v2 === undefined || process.getuid?.() !== 0 ? 'needs a v2 mount and root' : (false as const);
const noMemory = probe.mode === 'v2' ? (false as const) : 'needs memory and pids on cgroup v2';

let made = 0;

/** A cgroup of its own for one test, killed and removed when disposed of. */
function ground(parent: string): AsyncDisposable & { readonly folder: string } {
  const folder = join(parent, `${launcherFolderName()}-ground-${++made}`);
  mkdirSync(folder);
  return { folder, [Symbol.asyncDispose]: () => removeTree(folder) };
}

const members = (folder: string): number[] =>
  readFileSync(join(folder, 'cgroup.procs'), 'latin1').split('\n').filter(Boolean).map(Number);

const move = (folder: string, pid: number | undefined): void =>
  writeFileSync(join(folder, 'cgroup.procs'), String(pid));

/** The pid of a process of another session whose parent has gone. It is said from within that session. */
async function stranger(): Promise<number> {
  const within = "setsid sh -c 'echo $$; exec sleep 60 >/dev/null' &";
  const shell = spawn('sh', ['-c', within], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [said] = await Promise.all([text(shell.stdout), once(shell, 'close')]);
  return Number(said);
}

describe('isOurs', { skip: noMount }, () => {
  it('is true for what this process started, in whatever process group', async () => {
    await using own = ground(v2?.mount ?? '');
    move(own.folder, spawn('sleep', ['60'], { stdio: 'ignore', detached: true }).pid);
    assert.equal(isOurs(own.folder), true);
  });

  it('is false as soon as somebody else is there', async () => {
    await using own = ground(v2?.mount ?? '');
    move(own.folder, spawn('sleep', ['60'], { stdio: 'ignore' }).pid);
    move(own.folder, await stranger());
    assert.equal(isOurs(own.folder), false);
    assert.equal(isOurs(`${own.folder}-not-there`), false);
  });
});

describe('stepInto', { skip: noMount }, () => {
  it('leaves nobody behind, not even what is being started', async () => {
    await using own = ground(v2?.mount ?? '');
    const busy = spawn('sh', ['-c', 'while :; do sleep 0 & done'], { stdio: 'ignore' });
    move(own.folder, busy.pid);
    await stepInto(own.folder, 'leaf');
    assert.deepEqual(members(own.folder), []);
    assert.ok(members(join(own.folder, 'leaf')).includes(busy.pid ?? 0));
    await stepInto(own.folder, 'leaf');
  });
});

interface Opened {
  readonly mode: string;
  readonly parents: readonly string[];
  readonly own: string;
}

/** What a program finds that is started in `folder`, in a process group of its own. */
async function openedIn(folder: string): Promise<Opened> {
  const opener = fileURLToPath(new URL('../../drivers/fixtures/cgroup-opener.ts', import.meta.url));
  const script = 'echo $$ > "$0/cgroup.procs" && exec "$@"';
  const child = spawn('sh', ['-c', script, folder, process.execPath, opener], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return JSON.parse(said) as Opened;
}

describe('openCgroups on v2', { skip: noMemory }, () => {
  const parent = probe.parents[0] ?? '';

  it('makes room in a cgroup that is all its own, so that its limits hold for boxes', async () => {
    await using own = ground(parent);
    const { mode, parents, own: standing } = await openedIn(own.folder);
    assert.deepEqual([mode, parents], ['v2', [own.folder]]);
    assert.equal(standing, join(own.folder, 'castellan-launcher'));
    assert.deepEqual(
      readdirSync(own.folder).filter((name) => name.startsWith('castellan-')),
      ['castellan-launcher'],
    );
  });

  it('finds the same place when it is started where one made room before', async () => {
    await using own = ground(parent);
    await openedIn(own.folder);
    const { parents, own: standing } = await openedIn(join(own.folder, 'castellan-launcher'));
    assert.deepEqual(parents, [own.folder]);
    assert.equal(standing, join(own.folder, 'castellan-launcher'));
  });

  it('lets the processes of others be, and goes beside them', async () => {
    await using own = ground(parent);
    const pid = await stranger();
    move(own.folder, pid);
    const { mode, parents, own: standing } = await openedIn(own.folder);
    assert.deepEqual([mode, parents, standing], ['v2', [dirname(own.folder)], own.folder]);
    assert.deepEqual(members(own.folder), [pid]);
  });
});
