import { createSandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { test } from 'node:test';

/** Past its deadline, a run of the isolate engine may take this long to be over. */
const graceMs = 250;

const rounds = Number(process.env['CASTELLAN_ROUNDS'] ?? 5);
const spinning = { wallMs: 400, cpuMs: 60_000 };
const busy = { wallMs: 60_000, cpuMs: 400 };

const programs: Record<string, { source: string; limits: { wallMs: number; cpuMs: number } }> = {
  loop: { source: 'while (true);', limits: spinning },
  'loop, by processor time': { source: 'while (true);', limits: busy },
  microtasks: {
    source: 'const f = () => queueMicrotask(f); f(); await new Promise(() => {})',
    limits: spinning,
  },
  'never settles': {
    source: 'await new Promise((done) => setTimeout(done, 1e8))',
    limits: spinning,
  },
  'regular expression': { source: '/(a+)+$/.test("a".repeat(60) + "b")', limits: spinning },
  'native replace': {
    source: 'for (;;) "a".repeat(2 ** 22).replace(/a/g, "bb")',
    limits: spinning,
  },
  bigint: {
    source: 'let n = 3n; for (;;) { n = n * n; if (n > 2n ** 1000000n) n.toString(), (n = 3n) }',
    limits: spinning,
  },
  timers: {
    source: 'for (let i = 0; i < 1e4; i++) setInterval(() => {}, 0); await new Promise(() => {})',
    limits: spinning,
  },
  sort: {
    source:
      'const a = Array.from({ length: 1e5 }, Math.random); for (;;) a.sort(() => Math.random() - 0.5)',
    limits: spinning,
  },
};

test('every run is over within its deadline and the grace', { timeout: 600_000 }, async () => {
  await using sandbox = await createSandbox({
    warm: 2,
    concurrency: 2,
    limits: { memoryBytes: 2 ** 28 },
  });
  const late: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, { source, limits }] of Object.entries(programs)) {
      const { reason, timings } = await sandbox.run(source, { limits });
      assert.ok(reason === 'wall_timeout' || reason === 'cpu_timeout', `${name}: ${reason}`);
      if (reason === 'wall_timeout')
        (late[name] ??= []).push(timings.compileMs + timings.runMs - limits.wallMs);
    }
  }
  const all = Object.values(late)
    .flat()
    .toSorted((a, b) => a - b);
  const worst = all.at(-1) ?? 0;
  console.log(
    `deadlines: ${all.length} runs, late by p50 ${all[all.length >> 1]?.toFixed(1)} ms, at most ${worst.toFixed(1)} ms, allowed ${graceMs} ms`,
  );
  assert.ok(worst <= graceMs, `${worst} ms late`);
});
