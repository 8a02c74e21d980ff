import { basename } from 'node:path';
import type { CgroupMode, Cgroups } from '../walls/cgroup/cgroups.ts';
import { type CgroupPlaces, cgroupPlaces } from '../walls/cgroup/mounts.ts';
import { type DoctorRow, row } from './report.ts';

/** What about the caller decides which fix applies. */
interface Asker {
  readonly uid: number;
  /** Whether the user's own service manager can be reached. */
  readonly hasManager: boolean;
}

/** Whether boxes have cgroups, and if not, the command that makes them available. */
export function cgroupRow({ mode, detail }: Cgroups): DoctorRow {
  if (mode !== 'none') {
    return row('cgroup', 'ok', `The kernel bounds memory and tasks of a box: ${detail}.`);
  }
  const uid = process.getuid?.() ?? 0;
  const hasManager = process.env['XDG_RUNTIME_DIR'] !== undefined;
  return row(
    'cgroup',
    'weak',
    `The launcher looks at the memory of a box every 20 ms, because there is ${detail}.`,
    cgroupFix(cgroupPlaces(), { uid, hasManager }),
  );
}

/** Whether one box can take the processors from others, and if so, the command that mends it. */
export function cpuRow({ mode, hasCpu, detail }: Cgroups): DoctorRow {
  if (hasCpu) {
    return row(
      'processors',
      'ok',
      'Busy processors are shared between boxes as equals, whatever runs in them; cpus can limit them.',
    );
  }
  const why =
    mode === 'none' ? 'there is no cgroup' : `no controller cpu can be used beside ${detail}`;
  return row(
    'processors',
    'weak',
    `A box with many threads takes more of busy processors than others, and cpus does not hold: ${why}.`,
    mode === 'none' ? 'What the row cgroup says.' : cpuFix(mode),
  );
}

/** The fix that gives this process the controller cpu, where it has the others. */
function cpuFix(mode: CgroupMode): string {
  return mode === 'v1'
    ? 'As root: mkdir -p /sys/fs/cgroup/cpu && mount -t cgroup -o cpu cgroup /sys/fs/cgroup/cpu, or start as root.'
    : 'Have it delegated too: Delegate=yes in the unit; for user sessions Delegate=cpu memory pids in user@.service.';
}

/** The fix that gives this process cgroups, derived from its place in the tree. */
export function cgroupFix({ v1, v2 }: CgroupPlaces, { uid, hasManager }: Asker): string {
  if (v2 === undefined || v1.has('memory')) {
    return 'Run as root, or start Linux with systemd.unified_cgroup_hierarchy=1 on its command line.';
  }
  const unit = basename(v2.own);
  if (v2.own === v2.mount) {
    return `Mount ${v2.mount} so that it can be written to: a container gets it read-only by default.`;
  }
  if (unit.endsWith('.service')) {
    return `systemctl edit ${unit}, and there: [Service] Delegate=yes ProtectControlGroups=no, each on a line of its own.`;
  }
  return hasManager
    ? 'systemd-run --user --scope -p Delegate=yes castellan doctor'
    : `As root: systemd-run --pipe --wait --uid=${uid} -p Delegate=yes castellan doctor`;
}
