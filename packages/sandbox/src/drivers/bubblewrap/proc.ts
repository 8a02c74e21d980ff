import { readdirSync, statSync } from 'node:fs';
import type { Enclosure } from '../../boxes/enclosure.ts';
import { covers } from './memory.ts';

/**
 * Files of `/proc` that say no more than `cpuid`, `sysinfo` and `uname` say to every program, and that Node
 * answers `os.cpus()` and `os.freemem()` from.
 */
const harmless = new Set(['cpuinfo', 'loadavg', 'meminfo', 'uptime', 'version']);

/**
 * bubblewrap's arguments for a `/proc`. Where the launcher is root the box has its uid, which is all that
 * the kernel checks before it lets a process read a table of its own memory, or change `core_pattern` or
 * a PCI device. So nothing of the machine is left in it: all but processes is covered, and it is read-only.
 * Where Chromium's own sandbox writes the uid maps of its user namespaces there, only what could be written
 * is covered, and settings.
 */
export function procMounts(proc: Enclosure['proc']): readonly string[] {
  if (proc === 'none') return [];
  const entries = readdirSync('/proc', { withFileTypes: true }).filter(
    ({ name }) => !/^\d+$/.test(name),
  );
  const covered = entries.flatMap((entry) => {
    const path = `/proc/${entry.name}`;
    if (proc === 'own') {
      if (entry.isDirectory()) return ['--ro-bind', covers.folder, path];
      if (!entry.isFile() || harmless.has(entry.name)) return [];
      return ['--ro-bind', entry.name === 'stat' ? covers.stat : covers.file, path];
    }
    if (entry.isDirectory()) return ['--tmpfs', path, '--remount-ro', path];
    return entry.isFile() && isWritable(path) ? ['--ro-bind', path, path] : [];
  });
  return ['--proc', '/proc', ...covered, ...(proc === 'own' ? ['--remount-ro', '/proc'] : [])];
}

function isWritable(path: string): boolean {
  return (statSync(path).mode & 0o222) !== 0;
}
