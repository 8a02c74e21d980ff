import { type Limits, limitTable, newId, resolveLimits } from '@castellan/protocol';
import { openCgroups } from '../drivers/cgroup/open.ts';
import { chooseDriver, type IsolationChoice } from '../drivers/choose.ts';
import type { BoxParts, BoxSpec } from '../drivers/driver.ts';
import { helperTable } from '../helpers/table.ts';
import { jobSource } from '../options/source.ts';
import { Pool } from '../pool/pool.ts';
import { Execution } from '../run/execution.ts';
import { type Trial, trialScript, type TrialStep, type TryOut } from './press.ts';

/** Room for everything that a package has, loaded at once. */
const trialLimits: Partial<Limits> = {
  wallMs: 60_000,
  cpuMs: 60_000,
  memoryBytes: 2 ** 30,
  valueBytes: 64 * 2 ** 20,
  paramsBytes: 16 * 2 ** 20,
};

/**
 * Loads packages in boxes, one box each: their code is somebody else's, here as anywhere. Rejects
 * when a box cannot be built or a package brings its box down.
 */
export function tryInBoxes(parts: BoxParts, isolation: IsolationChoice): TryOut {
  return async ({ main, others }) => {
    await using opened = new AsyncDisposableStack();
    const cgroups = opened.use(await openCgroups());
    const driver = await chooseDriver(isolation, parts, cgroups);
    const limits = resolveLimits(trialLimits);
    const { memoryBytes, cpuMs } = limits;
    const spec: BoxSpec = { engine: 'isolate', memoryBytes, cpuMs, jitless: false, reusable: false };
    const pool = opened.use(new Pool({ driver, reuse: 'never', warm: 0, concurrency: 1, spec }));

    const packages = Map.groupBy([...main, ...others], ({ specifier }) => packageOf(specifier));
    const whole: { names: Record<number, readonly string[]>; failed: Record<number, string>; ran: string[] } = {
      names: {},
      failed: {},
      ran: [],
    };
    for (const [name, steps] of packages) {
      const isMain = (step: TrialStep): boolean => main.includes(step);
      const params = { main: steps.filter(isMain), others: steps.filter((step) => !isMain(step)) };
      const execution = new Execution({
        id: newId('run'),
        source: jobSource(trialScript, limitTable.sourceBytes.default),
        params: JSON.stringify(params),
        env: {},
        limits,
        helpers: helperTable({}),
        modules: [name],
        tenant: 'default',
        labels: {},
        signal: undefined,
        createdAt: new Date(),
      });
      const run = await execution.run((onTurn) => pool.take(spec, 'default', onTurn));
      if (run.error !== null) throw new Error(`${name} could not be tried: ${run.reason}: ${run.error.message}`);
      // As the script gave it: what a hostile package could put in here is text, and only listed.
      const { names, failed, ran } = run.value as unknown as Trial;
      Object.assign(whole.names, names);
      Object.assign(whole.failed, failed);
      whole.ran.push(...ran);
    }
    return whole;
  };
}

function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
