import type { BoxParts } from '../boxes/runner/box.ts';
import { runners } from '../boxes/runner/runners.ts';
import { oci } from '../drivers/oci/oci.ts';
import { type DoctorRow, row } from './report.ts';

/** Whether `isolation: 'oci'` can be chosen here, tested by starting a box with the runtime. */
export async function ociRow(parts: BoxParts): Promise<DoctorRow> {
  const { ok, detail, fix } = await runners(oci(), parts).check();
  if (!ok) return row('oci', 'info', `isolation oci cannot be chosen: ${detail}`, fix);
  return row('oci', 'ok', 'An OCI runtime started a box, rootless: isolation oci can be chosen.');
}
