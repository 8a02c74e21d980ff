import type { Builder, Diagnosis, Driver } from '../../drivers/driver.ts';
import { giveUp } from '../../drivers/give-up.ts';
import { landlockProgram, noLandlock } from '../../walls/landlock.ts';
import type { Enclosure } from '../enclosure.ts';
import { landlocked } from '../landlocked.ts';
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
/** Exits with 3 when it can start a process. */
const alone =
  "if (require('child_process').spawnSync('/node').error?.code !== 'EPERM') process.exit(3)";
/** Exits with 4 when a thread of Node's can read what its mounts let it read and Landlock does not. */
const confined = `require('fs').readFile('${landlockProgram}', (error) => process.exit(error?.code === 'EACCES' ? 0 : 4))`;

/** By kind, what stands in the box of its trial. Where processes are allowed, one must be able to start. */
const trials: Readonly<Record<Kind, { readonly spec: BoxSpec; readonly script: string }>> = {
  isolate: { spec, script: alone },
  node: { spec: { ...spec, engine: 'node' }, script: alone },
  nodeWithProcesses: {
    spec: { ...spec, engine: 'node', processes: 2 },
    script: "if (require('child_process').spawnSync('/node', ['-v']).status !== 0) process.exit(3)",
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
  const trying = (...scripts: readonly string[]): Enclosure =>
    runnerEnclosure(parts, libraries, trial.spec, {
      rest: ['-e', scripts.join('\n')],
      hasStandardOnly: driver.hasStandardOnly,
    });
  const builder = await driver.prepare(trying());
  if ('detail' in builder) return builder;
  const tryIt = async (isLandlocked: boolean): Promise<Tried | Diagnosis> => {
    const { script } = trial;
    const enclosed = builder.start(
      isLandlocked ? landlocked(trying(script, confined)) : trying(script),
    );
    const { code, signal } = await enclosed.watched.ended;
    const lastWords = await giveUp(enclosed);
    if (code === 0) return { builder, isLandlocked };
    // The kernel that answers in a box need not be that of this machine.
    if (isLandlocked && noLandlock.test(lastWords)) return tryIt(false);
    if (code === 3) return { detail: 'The system call filter is not in force.', fix: null };
    if (code === 4) return { detail: 'The kernel has Landlock, which is not in force.', fix: null };
    return driver.diagnose(lastWords === '' ? `ended with ${signal ?? code}` : lastWords);
  };
  return tryIt(parts.landlock !== undefined);
}
