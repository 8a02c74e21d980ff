import type { BoxParts } from '../boxes/runner/box.ts';
import { runners } from '../boxes/runner/runners.ts';
import type { Driver } from '../drivers/driver.ts';
import type { Cgroups } from '../walls/cgroup/cgroups.ts';
import { type DoctorRow, row } from './report.ts';

/** Whether a driver can be chosen here, tested by building a box. */
export async function driverRow(
  driver: Driver,
  parts: BoxParts,
  cgroups: Cgroups,
): Promise<DoctorRow> {
  const { name } = driver;
  const { ok, detail, fix } = await runners(driver, parts, cgroups).check();
  if (!ok) return row(name, 'info', `isolation ${name} cannot be chosen: ${detail}`, fix);
  return row(name, 'ok', `A box was built: isolation ${name} can be chosen.`);
}
