import { pidNamespace } from '../walls/cgroup/folders.ts';
import { startTimeOf } from '../walls/procfs.ts';

/** What a thing outside of this process is marked with, so that another launcher can tell whose it was. */
export function launcherName(): string {
  return `${pidNamespace()}-${process.pid}-${startTimeOf('self') ?? '0'}`;
}

/**
 * Whether the launcher of that name has ended. Whether launchers of another pid namespace are alive cannot
 * be seen from here: they count as alive.
 */
export function hasEnded(name: string): boolean {
  const [, namespace, pid, startTime] = /^(\d+)-(\d+)-(\d+)$/.exec(name) ?? [];
  return namespace === pidNamespace() && startTimeOf(Number(pid)) !== startTime;
}
