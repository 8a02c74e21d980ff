import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Launcher } from './launching/launcher.ts';

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
