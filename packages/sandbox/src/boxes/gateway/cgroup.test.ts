import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { until } from '../../../../../test/shared/until.support.ts';
import { holdings } from '../../drivers/fixtures/leftovers.ts';
import { ask, begin, loopback } from '../../egress/fixtures/ask.ts';
import { openBoxed } from '../../egress/fixtures/open.ts';
import { serve } from '../../egress/fixtures/serve.ts';
import { parsePlaces } from '../../walls/cgroup/mounts.ts';
import { openCgroups } from '../../walls/cgroup/open.ts';

await using probe = await openCgroups();
const { mode, hasCpu } = probe;
const noCgroups = mode === 'none' ? probe.detail : false;

const names = {
  v1: {
    memory: ['memory', 'memory.limit_in_bytes'],
    used: ['memory', 'memory.usage_in_bytes'],
    tasks: ['pids', 'pids.max'],
    weight: ['cpu', 'cpu.shares'],
    quota: ['cpu', 'cpu.cfs_quota_us'],
  },
  v2: {
    memory: ['', 'memory.max'],
    used: ['', 'memory.current'],
    tasks: ['', 'pids.max'],
    weight: ['', 'cpu.weight'],
    quota: ['', 'cpu.max'],
  },
} as const;

/** The path of a setting of the cgroup that a process is in. */
function settingOf(pid: number | undefined, name: keyof typeof names.v1): string {
  const mounts = readFileSync('/proc/self/mountinfo', 'latin1');
  const { v1, v2 } = parsePlaces(mounts, readFileSync(`/proc/${pid}/cgroup`, 'latin1'));
  const [controller, file] = names[mode === 'v2' ? 'v2' : 'v1'][name];
  return join((mode === 'v2' ? v2?.own : v1.get(controller)) ?? '', file);
}

const read = (pid: number | undefined, name: keyof typeof names.v1): number =>
  Number.parseInt(readFileSync(settingOf(pid, name), 'latin1'), 10);

describe('the gateway’s cgroup', { skip: noCgroups }, () => {
  it('bounds memory, tasks and processors, and is gone with the gateway', async () => {
    await using cgroups = await openCgroups();
    const before = holdings();
    const egress = await openBoxed({}, cgroups);
    const { pid } = egress;
    const file = settingOf(pid, 'memory');
    assert.equal(read(pid, 'tasks'), 64);
    assert.ok(read(pid, 'memory') >= 2 ** 30 && read(pid, 'memory') < 2 ** 30 + 2 ** 27);
    if (hasCpu) {
      assert.deepEqual(
        [read(pid, 'weight'), read(pid, 'quota')],
        [mode === 'v2' ? 1_000 : 10_240, 200_000],
      );
    }
    await egress[Symbol.asyncDispose]();
    assert.equal(existsSync(file), false);
    assert.deepEqual(holdings(), before);
  });

  it('ends a gateway that runs out of memory; the run and the operator are told, and another comes', async () => {
    await using cgroups = await openCgroups();
    await using server = await serve(({ url }, response) => {
      if (url === '/') response.end('x');
      else response.write(Buffer.alloc(2 ** 16));
    });
    await using egress = await openBoxed({}, cgroups);
    await using run = egress.forRun(loopback([server.port]));
    const { pid } = egress;
    const warned = once(process, 'warning') as Promise<[Error]>;
    const held = Array.from({ length: 40 }, () => begin(run, `${server.url}/held`));
    const lost = Promise.allSettled(held.map(({ response }) => response));
    // Whatever it does next is too much.
    writeFileSync(settingOf(pid, 'memory'), String(read(pid, 'used')));
    await until('another gateway is there', () => egress.pid !== undefined && egress.pid !== pid);
    await lost;
    assert.equal((await ask(run, `${server.url}/`)).text, 'x');
    const said = /the gateway ended \(out of memory: it may use 1024 MiB\)/;
    const failed = run.log.filter(({ outcome }) => outcome === 'failed');
    assert.ok(failed.length > 0);
    for (const { reason } of failed) assert.match(reason ?? '', said);
    const [{ message }] = await warned;
    assert.match(message, /^The egress gateway ended: out of memory: it may use 1024 MiB/);
  });
});
