import type { BoxParts } from '../boxes/runner/box.ts';
import { runners } from '../boxes/runner/runners.ts';
import { docker } from '../drivers/docker/docker.ts';
import type { Cgroups } from '../walls/cgroup/cgroups.ts';
import { type DoctorRow, row } from './report.ts';

/** Whether `isolation: 'docker'` can be chosen here, tested by starting a container. */
export async function dockerRow(parts: BoxParts, cgroups: Cgroups): Promise<DoctorRow> {
  const { ok, detail, fix } = await runners(docker(), parts, cgroups).check();
  if (!ok) return row('docker', 'info', `isolation docker cannot be chosen: ${detail}`, fix);
  return row(
    'docker',
    'weak',
    'A Docker daemon started a box: isolation docker can be chosen. This user may talk to its socket, which is worth root on this machine, whatever the boxes are built by.',
    'Run Castellan as a user outside of the group docker, unless its boxes are to be built by Docker.',
  );
}
