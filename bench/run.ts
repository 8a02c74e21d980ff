/** `npm run bench [-- NAME…]`: prints one table and keeps it in `bench/results/`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { browserCase } from './cases/browser.ts';
import { importsCase } from './cases/imports.ts';
import { costCase } from './cases/cost.ts';
import { driversCase } from './cases/drivers.ts';
import { functionsCase } from './cases/functions.ts';
import { growthCase } from './cases/growth.ts';
import { latencyCase } from './cases/latency.ts';
import { memoryCase } from './cases/memory.ts';
import { serviceCase } from './cases/service.ts';
import { nodeEngineCase } from './cases/node-engine.ts';
import { platformCase } from './cases/platform.ts';
import { storeCase } from './cases/store.ts';
import { sustainedCase } from './cases/sustained.ts';
import { weightApiCase } from './cases/weight-api.ts';
import { weightCase } from './cases/weight.ts';
import type { Figure } from './measure.ts';

const cases: Readonly<Record<string, () => Promise<Figure[]>>> = {
  latency: latencyCase,
  sustained: sustainedCase,
  memory: memoryCase,
  cost: costCase,
  drivers: driversCase,
  imports: importsCase,
  browser: browserCase,
  service: serviceCase,
  functions: functionsCase,
  growth: growthCase,
  platform: platformCase,
  store: storeCase,
  node: nodeEngineCase,
  'weight-api': weightApiCase,
  weight: weightCase,
};

const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(cases, name));
if (unknown !== undefined) {
  console.error(
    `No benchmark ${JSON.stringify(unknown)}. Known: ${Object.keys(cases).join(', ')}.`,
  );
  process.exit(2);
}

const figures: Figure[] = [];
for (const [name, run] of Object.entries(cases)) {
  if (names.length > 0 && !names.includes(name)) continue;
  console.error(`${name} …`);
  figures.push(...(await run()));
}

const shown = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(2));
console.log('| what | p50 | p99 | unit | rounds | beside |\n|---|--:|--:|---|--:|---|');
for (const { name, p50, p99, unit, rounds, note } of figures) {
  console.log(`| ${name} | ${shown(p50)} | ${shown(p99)} | ${unit} | ${rounds} | ${note ?? ''} |`);
}
const at = new Date().toISOString();
const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });
const machine = { node: process.version, cpu: cpus()[0]?.model, cpus: cpus().length };
writeFileSync(
  new URL(`${at.replaceAll(':', '-')}.json`, folder),
  `${JSON.stringify({ at, machine, figures }, null, 2)}\n`,
);
