import { readdirSync, statSync } from 'node:fs';
import type { Enclosure } from '../../boxes/enclosure.ts';

/**
 * bubblewrap's arguments for a `/proc`. Where the launcher is root the box has its uid, which is all that
 * the kernel checks before it lets a process change `core_pattern`, a PCI device or interrupts. So it is
 * read-only; or, where Chromium's own sandbox has to write the uid maps of its user namespaces there, all of
 * it but processes is covered.
 */
export function procMounts(proc: Enclosure['proc']): readonly string[] {
  if (proc === 'none') return [];
  if (proc === 'read-only') return ['--proc', '/proc', '--remount-ro', '/proc'];
  const covers = readdirSync('/proc', { withFileTypes: true }).flatMap((entry) => {
    const path = `/proc/${entry.name}`;
    if (/^\d+$/.test(entry.name)) return [];
    if (entry.isDirectory()) return ['--tmpfs', path, '--remount-ro', path];
    return entry.isFile() && isWritable(path) ? ['--ro-bind', path, path] : [];
  });
  return ['--proc', '/proc', ...covers];
}

function isWritable(path: string): boolean {
  return (statSync(path).mode & 0o222) !== 0;
}
