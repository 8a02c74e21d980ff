import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Launcher } from './launching/launcher.ts';
import { Registry } from 'prom-client';
import { measure, measureFunctions, measureTimes } from './metrics.ts';
import type { EndedRun } from './runs/contract/launch.ts';

test('no gauge has a name of a counter', async () => {
  const text = await measure({ isUp: true } as Launcher).metrics();
  assert.match(text, /^# TYPE castellan_nodejs_active_handles gauge$/m);
  assert.match(text, /^# TYPE castellan_process_cpu_seconds_total counter$/m);
  assert.doesNotMatch(text, /^# TYPE \w+_total gauge$/m);
});

test('measureTimes counts runs whose script began, by engine and driver', async () => {
  const registry = new Registry();
  const take = measureTimes(registry);
  const timings = { queueMs: 2_000, boxMs: 20, compileMs: 10, runMs: 400, totalMs: 2_430 };
  const isolation = { engine: 'node', driver: 'bubblewrap', reuse: 'never', layers: [] } as const;
  const run = { startedAt: '2026-11-30T12:00:00.000Z', timings, isolation } as unknown as EndedRun;
  take(run);
  take({ ...run, startedAt: null });
  take({ ...run, isolation: { ...isolation, driver: null } });
  const text = await registry.metrics();
  for (const [name, sum] of [
    ['queue', 2],
    ['start', 0.03],
    ['script', 0.4],
  ] as const) {
    const labels = '{engine="node",driver="bubblewrap"}';
    assert.ok(text.includes(`castellan_run_${name}_seconds_sum${labels} ${sum}\n`), text);
    assert.ok(text.includes(`castellan_run_${name}_seconds_count${labels} 1\n`), text);
  }
});

test('measureFunctions counts calls by tenant and function, of so many, and all others together', async () => {
  const registry = new Registry();
  const take = measureFunctions(registry);
  const ended = (tenant: string, name: string | null, status = 'succeeded'): EndedRun =>
    ({
      tenant,
      status,
      labels: name === null ? {} : { 'castellan/function': name },
      usage: { cpuMs: 250 },
    }) as unknown as EndedRun;
  for (const each of ['greet', 'greet', null]) take(ended('shop', each));
  take(ended('shop', 'greet', 'failed'));
  take(ended('bank', 'greet'));
  for (let n = 0; n < 1_200; n++) take(ended('flood', `f${n}`));
  take(ended('shop', 'greet'));
  const text = await registry.metrics();
  for (const [labels, count] of [
    ['tenant="shop",function="greet",status="succeeded"', 3],
    ['tenant="shop",function="greet",status="failed"', 1],
    ['tenant="bank",function="greet",status="succeeded"', 1],
    ['tenant="",function="",status="succeeded"', 202],
  ] as const) {
    assert.ok(text.includes(`castellan_function_calls_total{${labels}} ${count}\n`), labels);
  }
  const shop = 'castellan_function_cpu_seconds_total{tenant="shop",function="greet"} 1\n';
  assert.ok(text.includes(shop));
  assert.equal(text.match(/^castellan_function_cpu_seconds_total\{/gm)?.length, 1_001);
});
