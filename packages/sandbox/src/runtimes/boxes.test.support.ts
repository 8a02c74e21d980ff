import { type Json, newId, resolveLimits, type Run } from '@castellan/protocol';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openCgroups } from '../drivers/cgroup/open.ts';
import { chooseDriver } from '../drivers/choose.ts';
import type { BoxSpec } from '../drivers/driver.ts';
import { helperTable } from '../helpers/table.ts';
import { locateParts } from '../options/parts.ts';
import { jobSource, type Source } from '../options/source.ts';
import { Pool } from '../pool/pool.ts';
import { Execution } from '../run/execution.ts';

/** The repository's own runtime, as `npm run build` leaves it. */
export const defaultRuntime = fileURLToPath(new URL('../../dist/built/2026.11', import.meta.url));

export type RunInBox = (source: Source, modules?: readonly string[], params?: Json) => Promise<Run>;

/** Runs scripts in real boxes that have the runtime in `runtimeDir`, until the test file is done. */
export async function boxesWith(runtimeDir: string | undefined): Promise<RunInBox> {
  const opened = new AsyncDisposableStack();
  after(() => opened.disposeAsync());
  const parts = { ...locateParts(), ...(runtimeDir === undefined ? {} : { runtimeDir }) };
  const cgroups = opened.use(await openCgroups());
  const driver = await chooseDriver('auto', parts, cgroups);
  const limits = resolveLimits({});
  const { memoryBytes, cpuMs } = limits;
  const spec: BoxSpec = { engine: 'isolate', memoryBytes, cpuMs, jitless: false, reusable: false };
  const pool = opened.use(new Pool({ driver, reuse: 'never', warm: 1, concurrency: 2, spec }));
  return async (source, modules, params = null) => {
    const execution = new Execution({
      id: newId('run'),
      source: jobSource(source, limits.sourceBytes),
      params: JSON.stringify(params),
      env: {},
      limits,
      helpers: helperTable({}),
      modules,
      tenant: 'default',
      labels: {},
      signal: undefined,
      createdAt: new Date(),
    });
    return execution.run((onTurn) => pool.take(spec, 'default', onTurn));
  };
}
