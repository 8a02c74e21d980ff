/**
 * `node bench/simulate.ts`: the queue of the service in situations of a large day, by a virtual clock. Prints a table, the
 * same one each time, and keeps it in `bench/simulation/outcomes.md`. docs/operations/scale.md says what it shows.
 */
import { writeFileSync } from 'node:fs';
import { plainQueue, realQueue } from './simulation/queues.ts';
import { simulate } from './simulation/simulate.ts';
import { situations } from './simulation/situations.ts';
import { heading, rows } from './simulation/table.ts';

const lines = [...heading];
for (const { name, world, isPlain = false } of situations) {
  using queue = isPlain ? plainQueue() : realQueue(world.cap);
  const outcome = simulate(world, queue);
  lines.push(...rows(name, outcome));
  console.error(`${name}: ${outcome.micros.toFixed(0)} µs of processor time a run`);
}
console.log(lines.join('\n'));
writeFileSync(new URL('simulation/outcomes.md', import.meta.url), `${lines.join('\n')}\n`);
