import { readFileSync, readlinkSync } from 'node:fs';

/**
 * A process that no other is or will be: the boot of its machine, the namespace that its number is of,
 * the number, and when it was started, in ticks of that boot.
 *
 *     BOOT PIDS PID TICKS
 */
export function ownLife(): string {
  return [...place(), process.pid, startOf(process.pid)].join(' ');
}

/** Whether the process is over; false where that cannot be seen from here. */
export function isOver(life: string): boolean {
  const [boot, pids, pid = '', ticks] = life.split(' ');
  const [ownBoot, ownPids] = place();
  if (boot !== ownBoot || pids !== ownPids || !/^\d{1,10}$/.test(pid)) return false;
  return startOf(Number(pid)) !== ticks;
}

function place(): [boot: string, pids: string] {
  return [
    readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim(),
    readlinkSync('/proc/self/ns/pid'),
  ];
}

/** The 22nd field of proc_pid_stat(5); that before the last parenthesis may hold anything. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? 'over' : (fields[18] ?? 'over');
  } catch {
    return 'over';
  }
}
