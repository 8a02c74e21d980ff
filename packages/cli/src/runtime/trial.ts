import type { Limits } from '@castellan/protocol';
import { packageName } from '@castellan/protocol/runtimes';
import { trialOf, trialScript, type TrialStep, type TryOut } from '@castellan/press';
import { createSandbox } from '@castellan/sandbox';

/** Large enough to load everything of a package at once. */
const trialLimits: Partial<Limits> = {
  wallMs: 60_000,
  cpuMs: 60_000,
  memoryBytes: 2 ** 30,
  valueBytes: 64 * 2 ** 20,
  paramsBytes: 16 * 2 ** 20,
};

/** Called before each package is tried, with its place among them, from 1. */
type OnPackage = (name: string, at: number, of: number) => void;

/**
 * Returns what loads the packages of the set in `folder`, each one in its own box, since their code
 * is hostile. Rejects if a box cannot be built or a package ends its run.
 */
export const tryingInBoxes =
  (onPackage: OnPackage): TryOut =>
  async (folder, { main, others }) => {
    await using sandbox = await createSandbox({
      runtime: folder,
      limits: trialLimits,
      warm: 1,
      concurrency: 1,
    });
    const names = new Map<number, readonly string[]>();
    const failed = new Map<number, string>();
    const ran: string[] = [];
    const isMain = (step: TrialStep): boolean => main.includes(step);
    const byPackage = Map.groupBy([...main, ...others], ({ specifier }) => packageName(specifier));
    let at = 0;
    for (const [name, steps] of byPackage) {
      onPackage(name, ++at, byPackage.size);
      const params = { main: steps.filter(isMain), others: steps.filter((step) => !isMain(step)) };
      const run = await sandbox.run(trialScript, { params, modules: [name] });
      if (run.error !== null) {
        throw new Error(`${name} could not be tried: ${run.reason}: ${run.error.message}`);
      }
      const trial = trialOf(run.value, steps);
      for (const [member, list] of trial.names) names.set(member, list);
      for (const [member, why] of trial.failed) failed.set(member, why);
      ran.push(...trial.ran);
    }
    return { names, failed, ran };
  };

/** The same, without a word. */
export const tryInBoxes: TryOut = tryingInBoxes(() => undefined);
