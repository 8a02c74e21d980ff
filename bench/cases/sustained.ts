import { createSandbox } from '@castellan/sandbox';
import { availableParallelism } from 'node:os';
import { bareNode, rawIsolate } from '../floors.ts';
import { cpuMs, type Figure, sustain } from '../measure.ts';

const source = 'export default (params) => params + 1';
const ms = 8_000;

/** P2 and P3: runs per second and processor time per run with all processors busy. */
export async function sustainedCase(): Promise<Figure[]> {
  const width = availableParallelism();
  const floorA = await sustain(ms, width, () => bareNode(['--no-node-snapshot']));
  const node = await sustain(ms, width, () => bareNode());
  const floorB = await sustain(2_000, 1, async () => rawIsolate());
  const never = await measured('never', width);
  const tenant = await measured('tenant', width);
  const per = (
    name: string,
    { perSecond, cpuMsPerRun, runs }: typeof never,
    note: string,
  ): Figure[] => [
    { name: `${name}: runs`, unit: 'per s', p50: perSecond, rounds: runs, note },
    { name: `${name}: processor time per run`, unit: 'ms', p50: cpuMsPerRun, rounds: runs },
  ];
  return [
    ...per('floor A, sustained', floorA, 'node --no-node-snapshot -e 0'),
    ...per('node -e 0, sustained', node, ''),
    ...per('floor B, one thread', floorB, 'raw isolated-vm'),
    ...per(
      'P2: reuse never',
      never,
      `${(never.cpuMsPerRun / floorA.cpuMsPerRun).toFixed(2)} × processor time of floor A (target 1.6), ${(never.cpuMsPerRun / node.cpuMsPerRun).toFixed(2)} × of node -e 0`,
    ),
    ...per(
      'P3: reuse tenant',
      tenant,
      `${(tenant.perSecond / floorB.perSecond).toFixed(2)} × floor B on one thread, ${(floorB.cpuMsPerRun / tenant.cpuMsPerRun).toFixed(2)} × by processor time (target 0.6)`,
    ),
  ];
}

/** Boxes count when they have ended: processor time is read after the sandbox is closed. */
async function measured(reuse: 'never' | 'tenant', width: number): ReturnType<typeof sustain> {
  const before = cpuMs();
  const sandbox = await createSandbox({ reuse, warm: width, concurrency: width });
  const result = await sustain(ms, width, async () =>
    sandbox.run(source, { params: 1, tenant: 'a' }),
  );
  await sandbox.close();
  return { ...result, cpuMsPerRun: (cpuMs() - before) / result.runs };
}
