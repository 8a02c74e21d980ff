import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { bubblewrap } from '../../drivers/bubblewrap/bubblewrap.ts';
import { find } from '../../drivers/find.ts';
import { oci } from '../../drivers/oci/oci.ts';
import { librariesOf } from '../../walls/libraries.ts';
import { compileFilter } from '../../walls/seccomp/bpf.ts';
import { lockTable } from '../../walls/seccomp/lock-table.ts';
import { createSandbox } from '../../sandbox.ts';
import type { Box, BoxSpec } from './box.ts';
import { runnerEnclosure } from './enclosure.ts';
import { locateParts } from './parts.ts';
import { runners } from './runners.ts';
import { spokenIn } from './spoken.support.ts';

const spec: BoxSpec = {
  engine: 'isolate',
  memoryBytes: 2 ** 26,
  cpuMs: 5_000,
  jitless: false,
  reusable: false,
};
const parts = locateParts();
const skip = existsSync(join(parts.runnerDir, 'lock.node')) ? false : 'the build found no gcc';

const noRuntime = (await find('runc')) === undefined ? 'no runc here' : false;

const ready = (box: Box): Promise<unknown> =>
  new Promise((spoken) => box.channel.once('data', spoken));

/** Whether another process of the same user of the machine sees the memory of a process, and its variables. */
function isSeen(pid: number): boolean {
  const look = ['sh', '-c', `cat /proc/${pid}/maps >&2 && head -c 1 /proc/${pid}/environ`];
  const user = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  const as = ['--reuid', `${user}`, '--regid', `${user}`, '--clear-groups', '--'];
  const [program = '', ...rest] = process.geteuid?.() === 0 ? ['setpriv', ...as, ...look] : look;
  return spawnSync(program, rest).status === 0;
}

/** The same of one that is in the box's own user namespace, as root there, without any capability. */
function isSeenInside(pid: number): boolean {
  const inside = ['--user', '--target', String(pid), '--', 'setpriv', '--securebits=+noroot'];
  const nothing = ['--inh-caps=-all', '--bounding-set=-all', '--', 'cat', `/proc/${pid}/environ`];
  const { status, stderr } = spawnSync('nsenter', [...inside, ...nothing], { encoding: 'utf8' });
  if (status !== 0) assert.match(stderr, /environ: Permission denied/);
  return status === 0;
}

/** What a program in the runner's place can still do before and after it has closed itself. */
async function deeds(): Promise<{ before: Record<string, string>; after: Record<string, string> }> {
  const filter = compileFilter(lockTable(false)).toString('base64');
  const script = `const fs = require('fs'), { promisify } = require('util'), cp = require('child_process');
    const open = (name) => { const b = { exports: {} }; process.dlopen(b, name); return b.exports };
    const all = async (libraries) => { const codes = {}; for (const [name, act] of Object.entries({
      'list a folder': () => fs.readdirSync('/'), 'list a folder in another thread': () => promisify(fs.readdir)('/'),
      'read a link': () => fs.readlinkSync('/lib64'), 'read a file': () => fs.readFileSync('/castellan/package.json'),
      'see whether a file is there': () => fs.accessSync('/node'), 'ask about a file': () => fs.statSync('/node'),
      'ask for the machine': () => require('os').release() + process.report, 'load code': () => open(libraries),
    })) codes[name] = await (async () => { try { await act(); return 'done' } catch (e) { return e.code ?? e.message } })(); return codes };
    (async () => { const lock = open('/castellan/lock.node'); const before = await all('/castellan/lock.node');
      lock(Buffer.from('${filter}', 'base64')); const after = await all('/castellan-addon/isolated_vm.node');
      fs.writeSync(3, JSON.stringify({ before, after }) + '\\n'); setInterval(() => {}, 1e6) })()`;
  const libraries = await librariesOf([parts.node, parts.addon]);
  const enclosure = runnerEnclosure(parts, libraries, spec, { rest: ['-e', script] });
  return (await spokenIn(bubblewrap(), enclosure)) as Awaited<ReturnType<typeof deeds>>;
}

describe('a runner that has closed itself', { skip }, () => {
  it('asks the kernel for little more than memory and time, in all threads', async () => {
    const { before, after } = await deeds();
    for (const [deed, code] of Object.entries(before)) {
      if (deed !== 'read a link') assert.equal(code, 'done', deed);
    }
    for (const deed of Object.keys(before)) {
      if (deed !== 'ask for the machine' && deed !== 'load code') {
        assert.equal(after[deed], 'EPERM', deed);
      }
    }
    assert.match(after['load code'] ?? '', /ERR_DLOPEN_FAILED/);
  });

  it('shows its memory to nobody, whoever else of its user there is', async () => {
    await using closed = await runners(bubblewrap(), parts).start(spec);
    await using open = await runners(bubblewrap(), { ...parts, hasLock: false }).start(spec);
    await Promise.all([closed, open].map(ready));
    assert.deepEqual([isSeen(closed.pid), isSeen(open.pid)], [false, true]);
  });

  it(
    'shows it to nobody in a box whose user is root inside either',
    { skip: noRuntime },
    async () => {
      await using closed = await runners(oci(), parts).start(spec);
      await using open = await runners(oci(), { ...parts, hasLock: false }).start(spec);
      await Promise.all([closed, open].map(ready));
      assert.deepEqual(
        [closed, open].map(({ pid }) => isSeenInside(pid)),
        [false, true],
      );
      const proved = [closed, open].map((box) => box.proveLayers().includes('nodump'));
      assert.deepEqual(proved, [true, false]);
    },
  );

  it('is what every run of an isolate is in, and what its layers say', async () => {
    for (const jitless of [false, true]) {
      await using sandbox = await createSandbox({ jitless });
      const { value, isolation } = await sandbox.run('return [new URL("http://a/?b").search]');
      assert.deepEqual(value, ['?b']);
      assert.ok(isolation.layers.includes('mute') && isolation.layers.includes('nodump'));
    }
  });

  it('is not claimed where the add-on is not there', async () => {
    await using box = await runners(bubblewrap(), { ...parts, hasLock: false }).start(spec);
    await ready(box);
    const layers = box.proveLayers();
    assert.ok(layers.includes('seccomp'), String(layers));
    assert.ok(!layers.includes('mute') && !layers.includes('nodump'), String(layers));
  });
});
