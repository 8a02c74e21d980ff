import { createSandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { until } from '../shared/until.support.ts';

// The first child process makes Node open descriptors of its own that stay.
before(async () => (await createSandbox({ warm: 0 })).close());

test('close cancels what runs, refuses what comes, and leaves nothing behind', async () => {
  const found = leftovers();
  const closing = await createSandbox({ warm: 2 });
  const running = [
    closing.run('await new Promise((done) => setTimeout(done, 1e8))'),
    closing.run('for (;;);'),
  ];
  for await (const event of running[1] ?? []) if (event.type === 'run.started') break;
  assert.notDeepEqual(leftovers(), found);
  await closing.close();
  for (const handle of running) assert.equal((await handle).status, 'cancelled');
  await assert.rejects(async () => closing.run('1'), { code: 'sandbox_closed' });
  assert.deepEqual(leftovers(), found);
});

test('a hundred runs of every ending leave nothing behind', async () => {
  const found = leftovers();
  {
    await using sandbox = await createSandbox({ warm: 2 });
    const endings = [
      '1',
      'throw 1',
      'for (;;);',
      'await new Promise((done) => setTimeout(done, 1e8))',
      'for (;;) console.log("x")',
      'let x = ;',
    ];
    const limits = { cpuMs: 50, wallMs: 150, outputBytes: 1_000 };
    await Promise.all(
      Array.from({ length: 102 }, (_, index) =>
        sandbox.run(endings[index % endings.length] ?? '', { limits }),
      ),
    );
  }
  assert.deepEqual(leftovers(), found);
});

test('a warm box that dies before its run costs the run nothing', async () => {
  await using sandbox = await createSandbox({ warm: 1 });
  const [outer = ''] = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .trim()
    .split(' ');
  const inner = readFileSync(`/proc/${outer}/task/${outer}/children`, 'utf8').trim();
  process.kill(Number(inner), 'SIGKILL');
  await until('the warm box is gone', () => !existsSync(`/proc/${outer}`));
  assert.equal((await sandbox.run('6 * 7')).value, 42);
});

/** Processes below this one, open pipes and sockets, and cgroup folders made by this process. */
function leftovers(): object {
  const children = readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean),
  );
  const descriptors = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return /^(?:pipe|socket|\/proc|\/sys|\/tmp)/.test(readlinkSync(`/proc/self/fd/${fd}`))
        ? [fd]
        : [];
    } catch {
      return [];
    }
  });
  return {
    children: children.length,
    descriptors: descriptors.length,
    cgroups: cgroupsOfThisProcess(),
  };
}

function cgroupsOfThisProcess(): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      const isSandbox = entry.name.startsWith('castellan-');
      if (isSandbox && entry.name.includes(`-${process.pid}-`)) found.push(entry.name);
      // Those of others may go while we look.
      if (!isSandbox) walk(`${folder}/${entry.name}`);
    }
  };
  walk('/sys/fs/cgroup');
  return found;
}

test('a sandbox that lives on keeps nothing of the runs that have ended', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  await using sandbox = await createSandbox({ reuse: 'tenant', warm: 1, concurrency: 1 });
  const heapAfter = async (runs: number): Promise<number> => {
    for (let left = runs; left > 0; left--) {
      const { signal } = new AbortController();
      await sandbox.run("console.log('x'); return 1", { signal, tenant: 'a' });
    }
    collect();
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    return process.memoryUsage().heapUsed;
  };
  const early = await heapAfter(50);
  const late = await heapAfter(200);
  assert.ok(late - early < 200 * 1_024, `${(late - early) / 200} bytes for each run`);
});
