import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Launcher } from './launching/launcher.ts';
import type { EndedRun } from './runs/contract/launch.ts';

/** Metrics of this process and of its launcher. */
export function measure(launcher: Launcher): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'castellan_' });
  // Gauges under names of counters; each is the sum of one without `_total`.
  for (const what of ['handles', 'requests', 'resources']) {
    registry.removeSingleMetric(`castellan_nodejs_active_${what}_total`);
  }
  new Gauge({
    name: 'castellan_launcher_up',
    help: 'Whether a launcher stands ready.',
    registers: [registry],
    collect() {
      this.set(Number(launcher.isUp));
    },
  });
  return registry;
}

/** In seconds: from a warm box to a long queue. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

/**
 * Returns what takes the times of each run that has ended after its script began: others, such as one that
 * was cancelled in the queue, say nothing of the machine.
 */
export function measureTimes(registry: Registry): (run: EndedRun) => void {
  const histogram = (name: string, help: string) =>
    new Histogram({
      name: `castellan_run_${name}_seconds`,
      help,
      labelNames: ['engine', 'driver'],
      buckets,
      registers: [registry],
    });
  const waited = histogram('queue', 'Time that a run waited before a launcher had it.');
  const started = histogram('start', 'Time from its launcher to the first line of its script.');
  const ran = histogram('script', 'Time that its script ran.');
  return ({ startedAt, timings, isolation }) => {
    const { driver, engine } = isolation;
    if (startedAt === null || driver === null) return;
    const labels = { engine, driver };
    waited.observe(labels, timings.queueMs / 1_000);
    started.observe(labels, (timings.boxMs + timings.compileMs) / 1_000);
    ran.observe(labels, timings.runMs / 1_000);
  };
}

/** Functions that have numbers of their own; those of all others are added up, under no name. */
const mostFunctions = 1_000;

/** Returns what takes each call of a function that has ended, recorded or not. Other runs it lets be. */
export function measureFunctions(registry: Registry): (run: EndedRun) => void {
  const registers = [registry];
  const calls = new Counter({
    name: 'castellan_function_calls_total',
    help: 'Calls of functions that ended, by tenant, function and status.',
    labelNames: ['tenant', 'function', 'status'],
    registers,
  });
  const seconds = new Counter({
    name: 'castellan_function_cpu_seconds_total',
    help: 'Processor time of calls of functions.',
    labelNames: ['tenant', 'function'],
    registers,
  });
  const known = new Set<string>();
  return ({ tenant, status, labels, usage }) => {
    const name = labels['castellan/function'];
    if (name === undefined) return;
    const key = `${tenant} ${name}`;
    if (known.size < mostFunctions) known.add(key);
    const of = known.has(key) ? { tenant, function: name } : { tenant: '', function: '' };
    calls.inc({ ...of, status });
    seconds.inc(of, usage.cpuMs / 1_000);
  };
}
