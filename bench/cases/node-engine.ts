import { createSandbox } from '@castellan/sandbox';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { bareNode } from '../floors.ts';
import { childrenOf, type Figure, latency, pssMb, quantile, time } from '../measure.ts';

const script = 'export default (params) => params + 1';
const engine = 'node';

/** P5: the node engine, warm and cold, and its idle boxes, beside bare Node processes. */
export async function nodeEngineCase(): Promise<Figure[]> {
  const floor = await time(40, () => bareNode(['--no-node-snapshot']));
  const bare = await time(40, () => bareNode());
  const a = quantile(floor, 0.5);
  const against = (times: readonly number[], target: string): string =>
    `p50 ${(quantile(times, 0.5) / a).toFixed(2)} × floor A${target}`;
  const figures = [
    latency('floor A: node --no-node-snapshot -e 0', floor),
    latency('node -e 0', bare),
  ];
  const network = { allow: ['127.0.0.1:8999'] };
  for (const [name, options] of [
    ['', {}],
    [', with a network', { network }],
  ] as const) {
    const before = new Set(childrenOf(process.pid));
    await using warm = await createSandbox({ engine, warm: 2, ...options });
    // The gateway is a child too, and no box.
    const boxes = childrenOf(process.pid).filter((pid) => !before.has(pid) && isBox(pid));
    figures.push({
      name: `idle box of the node engine${name}, PSS`,
      unit: 'MB',
      p50: quantile(boxes.map(pssMb), 0.5),
      rounds: boxes.length,
    });
    const times = await time(
      60,
      () => warm.run(script, { params: 1 }),
      () => wait(300),
    );
    figures.push(latency(`P5: node engine, warm${name}`, times, against(times, ' (target 0.5)')));
  }
  await using cold = await createSandbox({ engine, warm: 0 });
  const coldTimes = await time(30, () => cold.run(script, { params: 1 }));
  figures.push(
    latency('node engine, cold box, start to result', coldTimes, against(coldTimes, '')),
  );
  return figures;
}

/** The gateway runs in a box too, one with the machine's network. */
function isBox(pid: number): boolean {
  const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  return command.includes('bwrap') && command.includes('--unshare-net');
}
