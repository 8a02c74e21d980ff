// A hostile program pays for what it does: its run never ends by a fault of ours, and takes no launcher along.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attack } from '../attacks/attack.support.ts';
import { isolateFolders, programsOf } from '../attacks/catalogue.support.ts';
import { startService } from './service.support.ts';

/** Those that weigh on the launcher; `CASTELLAN_PROGRAMS=all` takes every program that there is. */
const weighty = /of-objects|of-quotes|unsent|crumbs|giant-frame|forged-artifacts/;
const isLong = process.env['CASTELLAN_PROGRAMS'] === 'all';
const Mi = 2 ** 20;
const limits = { wallMs: 30_000, cpuMs: 600, memoryBytes: 64 * Mi, outputBytes: 256 * 1_024 };
const rate = { perMinute: 1_000_000, perAddressPerMinute: 1_000_000, inFlight: 1_000 };
const policy = {
  rate,
  browser: true,
  network: { allow: ['127.0.0.1:8099'] },
  queue: { running: 4, queued: 1_000 },
};

test('no program makes its end our fault, or ends a launcher', async () => {
  const programs = await programsOf([...isolateFolders, 'node-engine']);
  const waiting = programs.filter(
    ({ name, native, site }) => native !== true && site !== true && (isLong || weighty.test(name)),
  );
  const count = { ran: 0, refused: 0 };
  const wrong: string[] = [];
  await using service = await startService({
    config: {
      queue: { concurrency: 4 },
      policies: { default: policy, node: { ...policy, engine: 'node' } },
    },
  });
  const launcher = service.launcherPid;

  async function perform({
    name,
    source,
    limits: own,
    env,
    params,
    browser,
  }: Attack): Promise<void> {
    const { status, text } = await service.call('POST', '/v1/runs', {
      headers: { prefer: 'wait=60' },
      body: {
        ...(typeof source === 'string' ? { code: source } : source),
        policy: name.startsWith('node-engine/') ? 'node' : 'default',
        limits: { ...limits, ...own },
        params: { ...params, targets: { port: 8099 } },
        ...(browser === true ? { browser: true } : {}),
        ...(env === undefined ? {} : { env }),
      },
    });
    if (status >= 400) {
      // What the API refuses never becomes a run.
      count.refused += 1;
      if (status >= 500) wrong.push(`${name}: ${status} ${text}`);
      return;
    }
    count.ran += 1;
    const run = JSON.parse(text) as { status: string; reason: string | null; attempt: number };
    if (run.status === 'error' || run.status === 'running' || run.attempt !== 1)
      wrong.push(`${name}: ${run.status} ${run.reason} in attempt ${run.attempt}`);
  }

  const one = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await perform(next);
  };
  await Promise.all([one(), one(), one(), one()]);
  console.log(`${count.ran} programs ran, ${count.refused} were refused`);
  assert.deepEqual(wrong, []);
  assert.ok(count.ran > 10, `${count.ran}`);
  assert.equal(service.launcherPid, launcher);
});
