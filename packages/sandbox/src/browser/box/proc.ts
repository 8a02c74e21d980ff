import { readdirSync, statSync } from 'node:fs';

/**
 * bubblewrap's part for a `/proc` that shows processes and nothing that can be set. It cannot be
 * read-only as a whole: Chromium's own sandbox writes the maps of its user namespaces there. And
 * where the launcher is root the box has its number, which is all that the kernel asks for before
 * it takes a word on `core_pattern`, on a PCI device or on interrupts.
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
