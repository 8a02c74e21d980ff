import { readdirSync, statSync } from 'node:fs';

/**
 * bubblewrap's arguments for a `/proc` with processes and without settings. It cannot be read-only as a
 * whole: Chromium's own sandbox writes the uid maps of its user namespaces there. And where the launcher
 * is root the box has its uid, which is all that the kernel checks before it lets a process change
 * `core_pattern`, a PCI device or interrupts.
 */
export function procMounts(): readonly string[] {
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
