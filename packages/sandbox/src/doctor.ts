import { defaultFloor } from '@castellan/protocol';
import { intruderRow } from './doctor/intruder.ts';
import { toolsRow, versionRows } from './doctor/programs.ts';
import { browserRow } from './doctor/browser.ts';
import { cgroupRow } from './doctor/cgroup.ts';
import { egressRow } from './doctor/egress.ts';
import { type DoctorReport, type DoctorRow, row } from './doctor/report.ts';
import { runtimeRow } from './doctor/runtimes.ts';
import { startRows, trialRows } from './doctor/trials.ts';
import { layerRows } from './doctor/layers.ts';
import { bubblewrap } from './drivers/bubblewrap/bubblewrap.ts';
import type { Cgroups } from './drivers/cgroup/cgroups.ts';
import { openCgroups } from './drivers/cgroup/open.ts';
import type { BoxParts, Driver, DriverCheck } from './drivers/driver.ts';
import { locateParts } from './drivers/parts.ts';
import { createSandbox } from './sandbox.ts';

export type { DoctorReport, DoctorRow, DoctorState } from './doctor/report.ts';

/**
 * Finds out what this machine can enforce, by doing it: builds boxes, runs scripts that hoard, loop
 * and pry in them, and reads from the kernel what stands around them. Takes about two seconds and
 * leaves nothing behind. What is wrong with the machine is a row, never an exception.
 */
export async function examine(): Promise<DoctorReport> {
  const rows = [...versionRows(), await toolsRow(), runtimeRow(), ...(await boxRows())];
  const boxStands = rows.every(({ state }) => state !== 'missing');
  rows.push(...(boxStands ? await sandboxRows() : layerRows(null)));
  if (boxStands) rows.push(await egressRow(), await browserRow());
  return { ok: rows.every(({ state }) => state !== 'missing'), floor: defaultFloor, rows };
}

/** What the driver can do, before any sandbox uses it. */
async function boxRows(): Promise<DoctorRow[]> {
  try {
    const parts = locateParts();
    await using cgroups = await openCgroups();
    const driverOf = (given: BoxParts): Driver => bubblewrap(given, { cgroups });
    const { ok, detail, fix } = await driverOf(parts).check();
    if (!ok) return [row('box', 'missing', detail, fix), cgroupRow(cgroups)];
    return [
      row('box', 'ok', 'bubblewrap built one and started a program in it.'),
      cgroupRow(cgroups),
      await intruderRow(parts, driverOf),
      nodeRow(await driverOf(parts).check('node'), cgroups),
    ];
  } catch (error) {
    return [row('box', 'missing', (error as Error).message)];
  }
}

/** Whether scripts that need all of Node can have it. */
function nodeRow({ ok, detail, fix }: DriverCheck, { mode }: Cgroups): DoctorRow {
  if (!ok) return row('node engine', 'weak', `Not available: ${detail}`, fix);
  const children = mode === 'none' ? 'childProcesses would need a cgroup' : 'so can childProcesses';
  return row(
    'node engine',
    'ok',
    `A box with a bounded folder stands: it can be used; ${children}.`,
  );
}

/** What stands around a real script, and what becomes of hostile ones. */
async function sandboxRows(): Promise<DoctorRow[]> {
  try {
    await using sandbox = await createSandbox({ isolation: 'bubblewrap' });
    const { starts, layers } = await startRows(sandbox);
    return [...layerRows(layers), ...(await trialRows(sandbox)), ...starts];
  } catch (error) {
    return [row('sandbox', 'missing', (error as Error).message)];
  }
}
