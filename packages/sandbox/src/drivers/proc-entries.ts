import { type Dirent, readdirSync } from 'node:fs';

/**
 * Files of `/proc` that say no more than `cpuid`, `sysinfo` and `uname` say to every program, and that Node
 * answers `os.cpus()` and `os.freemem()` from.
 */
const harmless = new Set(['cpuinfo', 'loadavg', 'meminfo', 'uptime', 'version']);

/** What this machine has in `/proc` besides processes and links to them. */
export function procEntries(): Dirent[] {
  return readdirSync('/proc', { withFileTypes: true }).filter(
    (entry) => !/^\d+$/.test(entry.name) && !entry.isSymbolicLink(),
  );
}

/** The same without what says nothing of this machine that others do not. */
export function tellingEntries(): Dirent[] {
  return procEntries().filter(({ name }) => !harmless.has(name));
}
