import { CastellanError, type EngineName, type IsolationChoice } from '@castellan/protocol';
import type { BoxParts, Runners } from './boxes/runner/box.ts';
import { runners } from './boxes/runner/runners.ts';
import { bubblewrap } from './drivers/bubblewrap/bubblewrap.ts';
import type { Driver } from './drivers/driver.ts';
import { none } from './drivers/none/none.ts';
import { oci } from './drivers/oci/oci.ts';
import type { Cgroups } from './walls/cgroup/cgroups.ts';

/** What builds the boxes of a sandbox. */
export interface ChosenDriver {
  readonly runners: Runners;
  /** What builds the boxes beside them; null where the runners have none. */
  readonly driver: Driver | null;
}

/**
 * Returns the driver for the option `isolation`. `auto` is the strongest that works here, never `none`.
 * Throws `isolation_unavailable` with what is missing and how to fix it.
 */
export async function chooseDriver(
  isolation: IsolationChoice,
  parts: BoxParts,
  cgroups: Cgroups,
  engine: EngineName,
): Promise<ChosenDriver> {
  if (isolation === 'none') return { runners: none(parts), driver: null };
  const made = runners(isolation === 'oci' ? oci() : bubblewrap(), parts, cgroups);
  const { ok, detail, fix } = await made.check(engine);
  // Gateway and browser need what no bundle of an ordinary user can give them.
  if (ok) return { runners: made, driver: bubblewrap() };
  const about = { option: 'isolation', value: isolation };
  throw new CastellanError('isolation_unavailable', detail, { fix, ...about });
}

/**
 * Throws where there is no cgroup: nothing else measures what the processes of a script use
 * together.
 */
export function needCgroup({ driver }: Runners, { mode, detail }: Cgroups): void {
  if (mode !== 'none' || driver === 'none') return;
  throw new CastellanError(
    'isolation_unavailable',
    `childProcesses needs a cgroup, which bounds what they use together: ${detail}.`,
    { option: 'childProcesses', value: true },
  );
}
