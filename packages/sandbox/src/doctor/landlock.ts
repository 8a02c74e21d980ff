import { type Layer, layers } from '@castellan/protocol';
import { landlockVersion, locateLandlock } from '../walls/landlock.ts';
import { type DoctorRow, row } from './report.ts';

/** What came with each version of the kernel's Landlock that boxes make use of. */
const since = { files: 1, 'TCP ports': 4, devices: 5, 'abstract sockets and signals': 6 } as const;

/** Whether boxes are behind Landlock. `proved` are the layers of a running box; null when there was none. */
export async function landlockRow(proved: readonly Layer[] | null): Promise<DoctorRow> {
  const program = locateLandlock();
  if (program === undefined) {
    return row(
      'landlock',
      'weak',
      'The program that starts boxes behind it is not there, or not executable: the build found no gcc.',
      'apt-get install gcc libc6-dev, then npm run build',
    );
  }
  const version = await landlockVersion(program);
  if (version === 0) {
    return row(
      'landlock',
      'weak',
      'The kernel has no Landlock, or a filter of this process hides it.',
      'Linux 5.13 or newer with CONFIG_SECURITY_LANDLOCK=y, started with landlock in lsm=; in a container, a seccomp profile that allows landlock_create_ruleset, landlock_add_rule and landlock_restrict_self.',
    );
  }
  if (proved?.includes('landlock') !== true) {
    return row('landlock', 'weak', 'The kernel has Landlock; no box stands behind it.');
  }
  const names = Object.entries(since);
  const held = names.filter(([, from]) => version >= from).map(([name]) => name);
  const missing = names.filter(([, from]) => version < from).map(([name]) => name);
  const rest = missing.length === 0 ? '' : ` A newer kernel would add ${missing.join(', ')}.`;
  return row(
    'landlock',
    'ok',
    `${layers.landlock.sentence} Version ${version}: ${held.join(', ')}.${rest}`,
  );
}
