// F4: killing a part of a box ends its run at once and with the right reason, and leaves nothing behind.
import type { Run } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startService } from './service.support.ts';
import { commandOf, processTree } from './processes.support.ts';

const rounds = Number(process.env['CASTELLAN_KILLS'] ?? 4);

test('a run whose box is killed ends within a second as engine_crashed, and nothing is left', async () => {
  await using service = await startService({
    config: { queue: { concurrency: 1 }, policies: { default: { warm: 0 } } },
  });
  const launcher = service.launcherPid ?? assert.fail('no launcher');
  const idle = processTree(launcher).length;
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const code =
      "await artifacts.write('a', 'b'); console.log('up'); await new Promise((done) => setTimeout(done, 1e8))";
    const { text } = await service.call('POST', '/v1/runs', { body: { code } });
    const { id } = JSON.parse(text) as Run;
    const events = await fetch(new URL(`/v1/runs/${id}/events`, service.url));
    let stream = '';
    let killedAt = 0;
    for await (const chunk of events.body ?? []) {
      stream += Buffer.from(chunk as Uint8Array).toString();
      if (killedAt > 0 || !stream.includes('"text":"up"')) continue;
      const box = processTree(launcher).filter((pid) => /bwrap|runner/.test(commandOf(pid)));
      assert.ok(box.length > 1, String(box.map(commandOf)));
      killedAt = performance.now();
      process.kill(box[round % box.length] ?? 0, 'SIGKILL');
    }
    took.push(performance.now() - killedAt);
    const run = JSON.parse((await service.call('GET', `/v1/runs/${id}`)).text) as Run;
    assert.deepEqual([run.status, run.reason], ['failed', 'engine_crashed'], run.error?.message);
    assert.deepEqual([run.logs.length, run.artifacts.length], [1, 1]);
  }
  const after = await service.run({ code: 'return 42' });
  assert.equal(after.value, 42);
  await goneBut(launcher, idle);
  assert.equal(await service.stop(), 0);
  assert.deepEqual(cgroupsOf(launcher, '/sys/fs/cgroup'), []);
  assert.equal(readdirSync(join(service.data, 'artifacts')).length, rounds);
  const most = Math.max(...took);
  console.log(`F4: ${rounds} kills, over after at most ${most.toFixed(0)} ms, 0 left behind`);
  assert.ok(most < 1_000, String(most));
});

/** The pool tears boxes down after their runs have ended. */
async function goneBut(launcher: number, idle: number): Promise<void> {
  const giveUpAt = performance.now() + 5_000;
  while (processTree(launcher).length > idle && performance.now() < giveUpAt) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(processTree(launcher).length, idle, processTree(launcher).map(commandOf).join('\n'));
}

function cgroupsOf(pid: number, folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      if (name.startsWith('castellan-')) return name.includes(`-${pid}-`) ? [name] : [];
      return cgroupsOf(pid, join(folder, name));
    });
}
