// F12: what hostile tenants do to themselves costs good ones nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exhaustionRows } from '../attacks/d-exhaustion/rows.ts';
import { type Attack, attacksOf } from '../attacks/attack.support.ts';
import { startService } from './service.support.ts';

const most = Number(process.env['CASTELLAN_HOSTILE'] ?? 4);
const goodTenants = 20;
const Mi = 2 ** 20;
// A busy machine gives a loop its processor time late, so the wall clock waits longer for it.
const limits = { wallMs: 30_000, cpuMs: 600, memoryBytes: 64 * Mi, outputBytes: 256 * 1_024 };

test('hostile programs end for their right reasons, and twenty good tenants are all served', async () => {
  const rate = { perMinute: 1_000_000, perAddressPerMinute: 1_000_000, inFlight: 1_000 };
  await using service = await startService({
    config: {
      queue: { concurrency: 6 },
      policies: { default: { rate, queue: { running: 2, queued: 1_000 } } },
    },
  });
  // Programs that need helpers of the test's own have no place here.
  const attacks = (await attacksOf('d-exhaustion', exhaustionRows))
    .filter(({ source }) => !/\becho(?:Sync)?\(|\bhelper/.test(JSON.stringify(source)))
    .filter(({ before, params }) => before === undefined && params === undefined)
    // What the API refuses never becomes a run.
    .filter(({ source }) => typeof source === 'string' || Object.keys(source.files).length <= 1_000)
    .slice(0, most);
  const wrong: string[] = [];
  const over = new AbortController();

  const attack = async ({ name, source, ends, limits: own, env }: Attack): Promise<void> => {
    const run = await service.run({
      ...(typeof source === 'string' ? { code: source } : source),
      limits: { ...limits, ...own },
      tenant: 'hostile',
      ...(env === undefined ? {} : { env }),
    });
    if (!ends.includes(run.reason)) wrong.push(`${name}: ${run.reason}, not ${ends.join(' or ')}`);
  };
  const good = async (tenant: string, signal: AbortSignal): Promise<number[]> => {
    const times: number[] = [];
    do {
      const start = performance.now();
      const run = await service.run({ code: 'return params + 1', params: 1, tenant });
      times.push(performance.now() - start);
      if (run.value !== 2) wrong.push(`${tenant}: ${run.status} ${run.reason}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    } while (!signal.aborted);
    return times;
  };
  const alone = new AbortController();
  const before = Promise.all(
    Array.from({ length: goodTenants }, (_, index) => good(`good-${index}`, alone.signal)),
  );
  setTimeout(() => alone.abort(), 2_000);
  const usual = p95Of((await before).flat());
  const goods = Promise.all(
    Array.from({ length: goodTenants }, (_, index) => good(`good-${index}`, over.signal)),
  );
  await Promise.all(attacks.map(attack));
  over.abort();
  const times = (await goods).flat();
  console.log(
    `F12: ${attacks.length} hostile programs, ${times.length} good runs, p95 ${p95Of(times).toFixed(0)} ms beside them and ${usual.toFixed(0)} ms without, ${wrong.length} wrong`,
  );
  assert.deepEqual(wrong, []);
  assert.ok(attacks.length > 0);
  assert.equal(await service.stop(), 0);
});

function p95Of(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? NaN;
}
