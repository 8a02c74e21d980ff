import { createSandbox, type Source } from '@castellan/sandbox';
import { setTimeout as wait } from 'node:timers/promises';
import { bareNode, command, rawIsolate } from '../floors.ts';
import { type Figure, latency, quantile, time } from '../measure.ts';

const javascript = 'export default (params) => params + 1';
const typescript: Source = {
  files: { 'main.ts': 'export default (params: number): number => params + 1' },
  entry: 'main.ts',
};

/** P1: from `run()` to the result, one at a time, beside the floors; each box fresh and warm. */
export async function latencyCase(): Promise<Figure[]> {
  const floorA = await time(40, () => bareNode(['--no-node-snapshot']));
  const floorAFast = await time(40, () => bareNode());
  const floorB = await time(200, rawIsolate);
  const [a, b] = [quantile(floorA, 0.5), quantile(floorB, 0.5)];
  const figures = [
    latency('floor A: node --no-node-snapshot -e 0', floorA),
    latency('node -e 0', floorAFast),
    latency('floor B: raw isolated-vm in this process', floorB),
  ];
  const deno = process.env['DENO'];
  if (deno !== undefined) {
    const times = await time(40, () => command(deno, ['eval', '0']));
    figures.push(latency('deno eval 0', times));
  }
  const against = (times: readonly number[]): string =>
    `p50 ${(quantile(times, 0.5) / b).toFixed(2)} × floor B (target 2.5), p99 ${(quantile(times, 0.99) / a).toFixed(2)} × floor A (target 0.5)`;

  await using never = await createSandbox({ reuse: 'never', warm: 2 });
  // A box takes about 50 ms to be ready: the time between two runs of a service that is not busy.
  const settled = (): Promise<void> => wait(150);
  for (const [name, source] of [
    ['JavaScript', javascript],
    ['TypeScript', typescript],
  ] as const) {
    await time(3, () => never.run(source, { params: 1 }), settled);
    const [times, paused] = await inTurns(100, () => never.run(source, { params: 1 }), settled);
    const beside = (quantile(times, 0.5) / quantile(paused, 0.5)).toFixed(2);
    figures.push(
      latency('floor B after the same pause', paused),
      latency(
        `library, reuse never, warm, ${name}`,
        times,
        `${against(times)}; p50 ${beside} × floor B after the same pause`,
      ),
    );
  }
  const runs = await time(60, () => never.run(javascript, { params: 1 }), settled);
  const checks = await time(60, () => never.check(javascript), settled);
  const ratioOfCheck = (quantile(checks, 0.5) / quantile(runs, 0.5)).toFixed(2);
  figures.push(
    latency('library, warm, check of the same script', checks, `${ratioOfCheck} × its run`),
  );
  await using tenant = await createSandbox({ reuse: 'tenant', warm: 1 });
  for (const [name, source] of [
    ['JavaScript', javascript],
    ['TypeScript', typescript],
  ] as const) {
    await time(5, () => tenant.run(source, { params: 1, tenant: 'a' }));
    const times = await time(300, () => tenant.run(source, { params: 1, tenant: 'a' }));
    figures.push(latency(`library, reuse tenant, back to back, ${name}`, times, against(times)));
  }
  await using cold = await createSandbox({ reuse: 'never', warm: 0 });
  const coldTimes = await time(40, () => cold.run(javascript, { params: 1 }));
  const ratio = (quantile(coldTimes, 0.5) / a).toFixed(2);
  figures.push(
    latency('P6: cold box, start to result', coldTimes, `${ratio} × floor A (target 1.6)`),
  );
  return figures;
}

/** Runs and floor B in turns, each after a pause: what has been idle finds the processor's caches cold. */
async function inTurns(
  rounds: number,
  run: () => unknown,
  pause: () => Promise<void>,
): Promise<[runs: number[], floor: number[]]> {
  const runs: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < rounds; round++) {
    floor.push(...(await time(1, rawIsolate, pause)));
    runs.push(...(await time(1, run, pause)));
  }
  return [runs, floor];
}
