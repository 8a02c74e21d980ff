import type { Builder, Diagnosis, Driver } from '../../drivers/driver.ts';
import { giveUp } from '../../drivers/give-up.ts';
import { landlocked, noLandlock } from '../../walls/landlock.ts';
import type { BoxParts, BoxSpec } from './box.ts';
import { runnerEnclosure } from './enclosure.ts';

/** The kinds of boxes. Each has to be tested on this machine before it is used. */
export type Kind = 'isolate' | 'node' | 'nodeWithProcesses';

export function kindOf({ engine, processes = 1 }: Pick<BoxSpec, 'engine' | 'processes'>): Kind {
  if (engine === 'isolate') return 'isolate';
  return processes > 1 ? 'nodeWithProcesses' : 'node';
}

const spec: BoxSpec = {
  engine: 'isolate',
  memoryBytes: 2 ** 27,
  cpuMs: 10_000,
  jitless: false,
  reusable: false,
};
/** Exits with 0 when it cannot start a process, as it should be. */
const alone =
  "process.exit(require('child_process').spawnSync('/node').error?.code === 'EPERM' ? 0 : 3)";

/** By kind, what stands in the box of its trial. Where processes are allowed, one must be able to start. */
const trials: Readonly<Record<Kind, { readonly spec: BoxSpec; readonly script: string }>> = {
  isolate: { spec, script: alone },
  node: { spec: { ...spec, engine: 'node' }, script: alone },
  nodeWithProcesses: {
    spec: { ...spec, engine: 'node', processes: 2 },
    script: "process.exit(require('child_process').spawnSync('/node',['-v']).status === 0 ? 0 : 3)",
  },
};

/** What boxes of one kind are built with, where that has been tested. */
export interface Tried {
  readonly builder: Builder;
  /** Whether their program is started behind Landlock. */
  readonly isLandlocked: boolean;
}

/** Has the driver prepare boxes of a kind, and tests them by starting one. */
export async function tryOut(
  driver: Driver,
  parts: BoxParts,
  libraries: readonly string[],
  kind: Kind,
): Promise<Tried | Diagnosis> {
  const trial = trials[kind];
  const enclosure = runnerEnclosure(parts, libraries, trial.spec, {
    rest: ['-e', trial.script],
    hasStandardOnly: driver.hasStandardOnly,
  });
  const builder = await driver.prepare(enclosure);
  if ('detail' in builder) return builder;
  const tryIt = async (isLandlocked: boolean): Promise<Tried | Diagnosis> => {
    const enclosed = builder.start(isLandlocked ? landlocked(enclosure) : enclosure);
    const { code, signal } = await enclosed.watched.ended;
    const lastWords = await giveUp(enclosed);
    if (code === 0) return { builder, isLandlocked };
    // The kernel that answers in a box need not be that of this machine.
    if (isLandlocked && code === noLandlock) return tryIt(false);
    if (code === 3) return { detail: 'The system call filter is not in force.', fix: null };
    return driver.diagnose(lastWords === '' ? `ended with ${signal ?? code}` : lastWords);
  };
  return tryIt(parts.landlock !== undefined);
}
