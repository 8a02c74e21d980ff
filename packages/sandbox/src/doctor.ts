import { defaultFloor } from '@castellan/protocol';
import { builders } from './choose-driver.ts';
import { dockerRow } from './doctor/docker.ts';
import { driverRow } from './doctor/drivers.ts';
import { intruderRow } from './doctor/intruder.ts';
import { toolsRow, versionRows } from './doctor/programs.ts';
import { browserRow } from './doctor/browser.ts';
import { fontsRow } from './doctor/fonts.ts';
import { cgroupRow, cpuRow } from './doctor/cgroup.ts';
import { detailsRow } from './doctor/details.ts';
import { hardenedRow } from './doctor/hardened.ts';
import { landlockRow } from './doctor/landlock.ts';
import { hostUserRow } from './doctor/host-user.ts';
import { egressRow } from './doctor/egress.ts';
import { type DoctorReport, type DoctorRow, row } from './doctor/report.ts';
import { runtimeRow } from './doctor/runtimes.ts';
import { startRows, trialRows } from './doctor/trials.ts';
import { layerRows } from './doctor/layers.ts';
import { bubblewrap } from './drivers/bubblewrap/bubblewrap.ts';
import type { Cgroups } from './walls/cgroup/cgroups.ts';
import { openCgroups } from './walls/cgroup/open.ts';
import type { BoxParts, RunnerCheck, Runners } from './boxes/runner/box.ts';
import { runners } from './boxes/runner/runners.ts';
import { locateParts } from './boxes/runner/parts.ts';
import { createSandbox } from './sandbox.ts';

export type { DoctorReport, DoctorRow, DoctorState } from './doctor/report.ts';

/**
 * Tests what this machine can enforce: builds boxes, runs scripts in them that hoard memory, loop and
 * look for Node, and reads the layers around them from the kernel. Takes about two seconds and leaves
 * nothing behind. A problem of the machine is a row, never an exception; `onRow` gets each as soon as
 * it is known.
 */
export async function examine(
  onRow: (row: DoctorRow) => void = () => undefined,
): Promise<DoctorReport> {
  const rows: DoctorRow[] = [];
  const add = (...found: readonly DoctorRow[]): void => {
    for (const each of found) {
      rows.push(each);
      onRow(each);
    }
  };
  const stands = (): boolean => rows.every(({ state }) => state !== 'missing');
  add(...versionRows());
  add(await toolsRow());
  add(runtimeRow());
  await boxRows(add);
  const boxStands = stands();
  if (boxStands) {
    await sandboxRows(add);
    add(await egressRow());
    add(await browserRow(), await fontsRow());
  } else {
    add(...layerRows(null), await landlockRow(null), await hostUserRow(null));
  }
  return { ok: stands(), floor: defaultFloor, rows };
}

type Add = (...found: readonly DoctorRow[]) => void;

/** What the driver can do, tested before a sandbox is made. */
async function boxRows(add: Add): Promise<void> {
  try {
    const parts = locateParts();
    await using cgroups = await openCgroups();
    const runnersOf = (given: BoxParts): Runners => runners(bubblewrap(), given, cgroups);
    const { ok, detail, fix } = await runnersOf(parts).check();
    if (!ok) return add(row('box', 'missing', detail, fix), cgroupRow(cgroups), cpuRow(cgroups));
    add(row('box', 'ok', 'bubblewrap built one and started a program in it.'));
    add(cgroupRow(cgroups), cpuRow(cgroups));
    add(await intruderRow(parts, runnersOf));
    add(nodeRow(await runnersOf(parts).check('node'), cgroups));
    const { bubblewrap: _tried, docker: _named, ...others } = builders;
    for (const { make } of Object.values(others)) add(await driverRow(make(), parts, cgroups));
    add(await dockerRow(parts, cgroups));
  } catch (error) {
    add(row('box', 'missing', (error as Error).message));
  }
}

/** Whether the node engine can be used. */
function nodeRow({ ok, detail, fix }: RunnerCheck, { mode }: Cgroups): DoctorRow {
  if (!ok) return row('node engine', 'weak', `Not available: ${detail}`, fix);
  const children = mode === 'none' ? 'childProcesses would need a cgroup' : 'so can childProcesses';
  return row(
    'node engine',
    'ok',
    `A box with a bounded folder stands: it can be used; ${children}.`,
  );
}

/** The layers around a real script, and how hostile ones end. */
async function sandboxRows(add: Add): Promise<void> {
  try {
    await using sandbox = await createSandbox({ isolation: 'bubblewrap' });
    const { starts, layers } = await startRows(sandbox);
    add(...layerRows(layers), await landlockRow(layers), await hostUserRow(layers));
    const narrow = { isolation: 'bubblewrap', hardened: true, warm: 0 } as const;
    add(await hardenedRow(() => createSandbox(narrow)));
    add(...(await trialRows(sandbox)), await detailsRow(sandbox));
    add(...starts);
  } catch (error) {
    add(row('sandbox', 'missing', (error as Error).message));
  }
}
