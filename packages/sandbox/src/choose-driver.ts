import { CastellanError, type EngineName, type IsolationChoice } from '@castellan/protocol';
import { bubblewrap } from './drivers/bubblewrap/bubblewrap.ts';
import type { Cgroups } from './walls/cgroup/cgroups.ts';
import type { BoxParts } from './boxes/runner/box.ts';
import type { Driver } from './drivers/driver.ts';
import { none } from './drivers/none/none.ts';

/**
 * Returns the driver for the option `isolation`. `auto` is the strongest that works here, never `none`.
 * Throws `isolation_unavailable` with what is missing and how to fix it.
 */
export async function chooseDriver(
  isolation: IsolationChoice,
  parts: BoxParts,
  cgroups: Cgroups,
  engine: EngineName,
): Promise<Driver> {
  if (isolation === 'none') return none(parts);
  const driver = bubblewrap(parts, { cgroups });
  const { ok, detail, fix } = await driver.check(engine);
  if (ok) return driver;
  throw new CastellanError('isolation_unavailable', detail, { fix });
}

/**
 * Throws where there is no cgroup: nothing else measures what the processes of a script use
 * together.
 */
export function needCgroup({ name }: Driver, { mode, detail }: Cgroups): void {
  if (mode !== 'none' || name === 'none') return;
  throw new CastellanError(
    'isolation_unavailable',
    `childProcesses needs a cgroup, which bounds what they use together: ${detail}.`,
    { option: 'childProcesses', value: true },
  );
}
