import { createSandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const rounds = Number(process.env['CASTELLAN_ROUNDS'] ?? 20);

function children(pid: number | 'self'): number[] {
  const task = pid === 'self' ? process.pid : pid;
  try {
    const text = readFileSync(`/proc/${task}/task/${task}/children`, 'utf8');
    return text.trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

test(
  'a box that is killed from outside ends its run at once, and the next run is unharmed',
  { timeout: 600_000 },
  async () => {
    await using sandbox = await createSandbox({ warm: 0, concurrency: 1 });
    const took: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const run = sandbox.run(
        'console.log("up"); await new Promise((done) => setTimeout(done, 1e8))',
        {
          limits: { wallMs: 30_000 },
        },
      );
      let killedAt = 0;
      for await (const event of run) {
        if (event.type !== 'log') continue;
        const [outer] = children('self').slice(-1);
        const [inner] = children(outer ?? 0);
        process.kill((round % 2 === 0 ? inner : outer) ?? 0, 'SIGKILL');
        killedAt = performance.now();
      }
      const { reason } = await run;
      took.push(performance.now() - killedAt);
      assert.equal(reason, 'engine_crashed');
      assert.equal((await sandbox.run('6 * 7')).value, 42);
    }
    console.log(`kills: ${rounds} boxes, over after at most ${Math.max(...took).toFixed(0)} ms`);
    assert.ok(Math.max(...took) < 1_000);
    await sandbox.close();
    assert.deepEqual(children('self'), []);
  },
);

test('a launcher that is killed takes its boxes with it', { timeout: 600_000 }, async () => {
  const killed: number[] = [];
  for (let round = 0; round < Math.ceil(rounds / 4); round++) {
    const program = `
      import { createSandbox } from '@castellan/sandbox';
      const sandbox = await createSandbox({ warm: 2 });
      for await (const event of sandbox.run('console.log(1); for (;;);', { limits: { cpuMs: 60_000, wallMs: 60_000 } }))
        if (event.type === 'log') console.log('up');`;
    const launcher = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: new URL('.', import.meta.url),
    });
    await once(launcher.stdout, 'data');
    const boxes = children(launcher.pid ?? 0).flatMap((outer) => [outer, ...children(outer)]);
    assert.ok(boxes.length >= 2);
    launcher.kill('SIGKILL');
    killed.push(launcher.pid ?? 0);
    await once(launcher, 'exit');
    const giveUpAt = performance.now() + 2_000;
    while (boxes.some(alive) && performance.now() < giveUpAt) await new Promise(setImmediate);
    assert.deepEqual(boxes.filter(alive), []);
  }
  const again = await createSandbox({ warm: 0 });
  await again.close();
  assert.deepEqual(
    cgroupsOf(killed, '/sys/fs/cgroup'),
    [],
    'cgroups of dead launchers are swept at the next start',
  );
});

function alive(pid: number): boolean {
  return (
    existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  );
}

function cgroupsOf(launchers: readonly number[], folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [];
    const owner = /^castellan-\d+-(\d+)-/.exec(entry.name)?.[1];
    if (owner === undefined) return cgroupsOf(launchers, `${folder}/${entry.name}`);
    return launchers.includes(Number(owner)) ? [entry.name] : [];
  });
}
