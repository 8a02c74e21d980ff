/**
 * Runs that take all the processor time they can get, beside one that needs a little: with threads, with
 * processes, and with a fork bomb. What the kernel counts decides, not a clock: the part of one processor
 * that each box has had while the other run worked. All of it happens on one processor, so that there is
 * too little of it on every machine.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createSandbox } from '@castellan/sandbox';
import { patience } from '../shared/patience.support.ts';
import { openCgroups } from '../../packages/sandbox/src/walls/cgroup/open.ts';
import {
  fieldOf,
  launcherFolderName,
  removeTree,
} from '../../packages/sandbox/src/walls/cgroup/folders.ts';
import { cgroupPlaces } from '../../packages/sandbox/src/walls/cgroup/mounts.ts';

const first = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
execFileSync('taskset', ['-a', '-p', '-c', String(first), String(process.pid)]);

// Of the programs of a machine that are in no cgroup the kernel makes a group for each session, which would
// be a wall of its own. So this one is in a cgroup, as under systemd.
const cpu = cgroupPlaces().v1.get('cpu');
const around = cpu === undefined ? undefined : join(cpu, launcherFolderName());
if (cpu !== undefined && around !== undefined && process.getuid?.() === 0) {
  mkdirSync(around);
  const move = (folder: string): void =>
    writeFileSync(join(folder, 'cgroup.procs'), String(process.pid));
  move(around);
  after(async () => {
    move(cpu);
    await removeTree(around);
  });
}

await using probe = await openCgroups();
const { mode, hasCpu, parents } = probe;

/** What each box of this process has used, in milliseconds, by the name of its cgroup. */
function used(): ReadonlyMap<string, number> {
  const file = mode === 'v2' ? 'cpu.stat' : 'cpuacct.usage';
  const files = parents.flatMap((parent) =>
    globSync(join(parent, `castellan-*-${process.pid}-*/box-*/${file}`)),
  );
  return new Map(
    files.map((path) => {
      const text = readFileSync(path, 'latin1');
      const ms = mode === 'v2' ? fieldOf(text, 'usage_usec') / 1e3 : Number(text) / 1e6;
      return [dirname(path), ms];
    }),
  );
}

const bomb = 'a fork bomb';

const greedy = {
  threads: `
    const { Worker } = require('node:worker_threads');
    for (let index = 0; index < 4; index++) new Worker('for (;;);', { eval: true });
    await ready(); for (;;);`,
  processes: `
    const { spawn } = require('node:child_process');
    for (let index = 0; index < 8; index++) spawn(process.execPath, ['-e', 'for (;;);']);
    await ready(); for (;;);`,
  [bomb]: `
    const { spawn } = require('node:child_process');
    const text = 'for (;;) try { require("node:child_process").spawn(process.execPath, ["-e", process.env.BOMB]); } catch {}';
    process.env.BOMB = text;
    spawn(process.execPath, ['-e', text]);
    await ready(); for (;;);`,
};

/** Begins when the other one has, needs 200 ms of a processor, and says when it has had them. */
const modest = `
  await begin();
  const start = process.cpuUsage();
  let now = start;
  do now = process.cpuUsage(start); while (now.user + now.system < 200_000);
  await end();
  return 'done'`;

describe('a run beside one that is greedy', { skip: hasCpu ? false : probe.detail }, () => {
  for (const [by, source] of Object.entries(greedy)) {
    it(`has its part of the processors, whatever the other does with ${by}`, async () => {
      const waiting = Promise.withResolvers<void>();
      const started = Promise.withResolvers<void>();
      let atBegin: ReadonlyMap<string, number> = new Map();
      let atEnd = atBegin;
      const own = new Set<string>();
      await using sandbox = await createSandbox({
        engine: 'node',
        isolation: 'bubblewrap',
        childProcesses: true,
        warm: 0,
        limits: {
          wallMs: 50_000 * patience,
          cpuMs: 50_000 * patience,
          memoryBytes: 2 ** 30,
        },
        helpers: {
          async begin() {
            for (const name of used().keys()) own.add(name);
            waiting.resolve();
            await started.promise;
            atBegin = used();
          },
          ready: () => started.resolve(),
          end: () => void (atEnd = used()),
        },
      });
      const run = sandbox.run(modest);
      await Promise.race([waiting.promise, run]);
      const cancel = new AbortController();
      const attack = sandbox.run(source, { signal: cancel.signal });
      void attack.finally(() => started.resolve());
      const { status, value, isolation } = await run;
      // A bomb ends by itself.
      if (by !== bomb) cancel.abort();
      const { reason } = await attack;
      assert.deepEqual([status, value], ['succeeded', 'done']);
      assert.ok(isolation.layers.includes('cpushare'), String(isolation.layers));
      let [mine, others] = [0, 0];
      for (const [name, ms] of atEnd) {
        const spent = ms - (atBegin.get(name) ?? 0);
        if (own.has(name)) mine += spent;
        else others += spent;
      }
      if (by === bomb) assert.equal(reason, 'process_limit');
      else {
        assert.equal(reason, 'cancelled');
        // Five or nine busy threads beside one: shared by thread it would have had a sixth or a tenth.
        const part = mine / (mine + others);
        assert.ok(part > 0.35, `it had ${part} of a processor: ${mine} of ${mine + others} ms`);
      }
    });
  }
});
