import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import type { Box, BoxParts, BoxSpec } from '../boxes/runner/box.ts';
import { runners } from '../boxes/runner/runners.ts';
import { openCgroups } from '../walls/cgroup/open.ts';
import { bubblewrap } from './bubblewrap/bubblewrap.ts';
import { find } from './find.ts';
import { fixtureParts } from './fixtures/parts.ts';
import { talkTo } from './fixtures/talk.ts';
import { gvisor } from './gvisor/gvisor.ts';
import { oci } from './oci/oci.ts';

const spec: BoxSpec = {
  engine: 'isolate',
  memoryBytes: 2 ** 26,
  cpuMs: 5_000,
  jitless: false,
  reusable: false,
};
const cgroups = await openCgroups();
after(() => cgroups[Symbol.asyncDispose]());
const noGvisor =
  (await find('runsc')) === undefined
    ? 'no runsc here'
    : cgroups.mode === 'none'
      ? cgroups.detail
      : false;
const isRoot = process.geteuid?.() === 0;
const range = { first: 2_100_000_000 + (process.pid % 2 ** 20) * 8, count: 2 };

const userOf = ({ pid }: Box): number =>
  Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);

/** What a program on this machine, outside of all boxes, manages to do as a user: the deeds that worked. */
function deedsAs(user: number, deeds: Readonly<Record<string, string>>): string[] {
  return Object.keys(deeds).filter((name) => {
    const as = ['--reuid', String(user), '--regid', String(user), '--clear-groups', '--'];
    return spawnSync('setpriv', [...as, 'sh', '-c', deeds[name] ?? 'false']).status === 0;
  });
}

for (const [name, open, skip] of [
  ['bubblewrap', bubblewrap, false],
  ['oci', oci, (await find('runc')) === undefined ? 'no runc here' : false],
  ['gvisor', gvisor, noGvisor],
] as const) {
  const why = isRoot ? skip : 'only a root has users to give';
  describe(`boxes of ${name}, whose launcher is root`, { skip: why }, () => {
    let folder = '';
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'castellan-users-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    const startWith = (parts: Partial<BoxParts> = {}): Promise<Box> =>
      runners(open({ users: range }), { ...fixtureParts, ...parts }, cgroups).start(spec);

    it('are users of their own, who can do nothing to each other or to root', async () => {
      const canary = join(folder, 'canary');
      await writeFile(canary, 'alive', { mode: 0o600 });
      await chmod(folder, 0o755);
      await using one = await startWith();
      await using two = await startWith();
      await Promise.all([one, two].map((box) => talkTo(box).ready));
      const [first, second] = [userOf(one), userOf(two)];
      assert.deepEqual(new Set([first, second]), new Set([range.first, range.first + 1]));
      for (const box of [one, two]) assert.ok(box.proveLayers().includes('hostuser'));
      const deeds = {
        'signal the other box': `kill -0 ${two.pid}`,
        'see its memory': `cat /proc/${two.pid}/maps | grep -q .`,
        'see its files': `ls /proc/${two.pid}/root`,
        'signal the launcher': `kill -0 ${process.pid}`,
        'read a file of root': `cat ${canary}`,
      };
      assert.deepEqual(deedsAs(first, deeds), []);
      // The deeds are such as work for whoever has the right.
      assert.deepEqual(deedsAs(0, deeds), Object.keys(deeds));
      assert.ok(deedsAs(second, deeds).includes('signal the other box'));
    });

    it('read no file of root alone that lies in a folder of theirs', async () => {
      await cp(fixtureParts.runnerDir, folder, { recursive: true });
      await writeFile(join(folder, 'secret'), 'canary', { mode: 0o600 });
      await writeFile(join(folder, 'open'), 'text', { mode: 0o644 });
      await chmod(folder, 0o755);
      const read = async (box: Box): Promise<unknown[]> => {
        const talk = talkTo(box);
        const answers = ['open', 'secret'].map((file) =>
          talk.ask({ do: 'read', path: `/castellan/${file}` }),
        );
        await talk.ready;
        return (await Promise.all(answers)).map(({ value, error }) => error ?? value);
      };
      await using box = await startWith({ runnerDir: folder });
      assert.deepEqual(await read(box), ['text', 'EACCES']);
      // Where the others may not even list the folder, a box is root, and its layers say so.
      await chmod(folder, 0o700);
      await using root = await startWith({ runnerDir: folder });
      assert.deepEqual(await read(root), ['text', 'canary']);
      assert.ok(!root.proveLayers().includes('hostuser'));
    });

    // The rest is the same code for all of them.
    if (name !== 'bubblewrap') return;

    it('have parts in folders that nobody else can enter, which stay as they are', async () => {
      const outer = join(folder, "it's private");
      const inner = join(outer, 'open', 'private');
      const runtimeDir = join(inner, 'runtime');
      await mkdir(runtimeDir, { recursive: true });
      await writeFile(join(runtimeDir, 'modules.shelf'), 'text');
      await writeFile(join(outer, 'other'), '');
      for (const each of [outer, inner]) await chmod(each, 0o700);
      const part = join(inner, 'snapshot');
      await writeFile(part, 'snap', { mode: 0o644 });
      const links = join(folder, 'links');
      await mkdir(links, { mode: 0o700 });
      await symlink('../links/two', join(links, 'one'));
      await symlink(runtimeDir, join(links, 'two'));
      {
        const snapshot = { file: part, codeKey: '' };
        await using box = await startWith({ runtimeDir: join(links, 'one'), snapshot });
        const talk = talkTo(box);
        await talk.ready;
        assert.notEqual(userOf(box), 0);
        const { value } = await talk.ask({ do: 'read', path: '/castellan-runtime/modules.shelf' });
        assert.equal(value, 'text');
      }
      assert.deepEqual((await readdir(outer)).toSorted(), ['open', 'other']);
      assert.deepEqual((await readdir(inner)).toSorted(), ['runtime', 'snapshot']);
      assert.equal(readFileSync(part, 'utf8'), 'snap');
      assert.equal((await stat(outer)).mode & 0o777, 0o700);
    });

    it('give their users back when they are gone, and not before', async () => {
      const boxes = runners(open({ users: range }), fixtureParts, cgroups);
      const one = await boxes.start(spec);
      await using two = await boxes.start(spec);
      await assert.rejects(boxes.start(spec), { code: 'box_failed', message: /has a box/ });
      const free = userOf(one);
      await one[Symbol.asyncDispose]();
      await using three = await boxes.start(spec);
      await talkTo(three).ready;
      assert.deepEqual([userOf(three), userOf(two) === free], [free, false]);
    });
  });
}
