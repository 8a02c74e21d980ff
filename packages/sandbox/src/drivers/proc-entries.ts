import { lstatSync, readdirSync } from 'node:fs';

/**
 * Files of `/proc` that say no more than `cpuid`, `sysinfo` and `uname` say to every program, and that Node
 * answers `os.cpus()` and `os.freemem()` from.
 */
const harmless = new Set(['cpuinfo', 'loadavg', 'meminfo', 'uptime', 'version']);

/** A file or folder of `/proc`. */
export interface ProcEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * What this machine has in `/proc` besides processes and links to them. Asked for with the names, what an entry
 * is would be looked up for all, and a process that ends meanwhile would be an error.
 */
export function procEntries(): ProcEntry[] {
  return readdirSync('/proc')
    .filter((name) => !/^\d+$/.test(name))
    .flatMap((name) => {
      const found = lstatSync(`/proc/${name}`, { throwIfNoEntry: false });
      if (found === undefined || found.isSymbolicLink()) return [];
      return [{ name, isFolder: found.isDirectory() }];
    });
}

/** The same without what says nothing of this machine that others do not. */
export function tellingEntries(): ProcEntry[] {
  return procEntries().filter(({ name }) => !harmless.has(name));
}
