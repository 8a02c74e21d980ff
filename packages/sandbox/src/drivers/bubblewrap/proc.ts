import { statSync } from 'node:fs';
import type { Enclosure } from '../../boxes/enclosure.ts';
import { covers } from '../memory.ts';
import { procEntries, tellingEntries } from '../proc-entries.ts';

/**
 * bubblewrap's arguments for a `/proc`. Where the launcher is root the box has its uid, which is all that
 * the kernel checks before it lets a process read a table of its own memory, or change `core_pattern` or
 * a PCI device. So nothing of the machine is left in it: all but processes is covered, and it is read-only.
 * Where Chromium's own sandbox writes the uid maps of its user namespaces there, only what could be written
 * is covered, and settings.
 */
export function procMounts(proc: Enclosure['proc']): readonly string[] {
  if (proc === 'none') return [];
  if (proc === 'own') {
    const covered = tellingEntries().flatMap(({ name, isFolder }) => {
      const cover = isFolder ? covers.folder : covers.file;
      return ['--ro-bind', name === 'stat' ? covers.stat : cover, `/proc/${name}`];
    });
    return ['--proc', '/proc', ...covered, '--remount-ro', '/proc'];
  }
  const covered = procEntries().flatMap(({ name, isFolder }) => {
    const path = `/proc/${name}`;
    if (isFolder) return ['--tmpfs', path, '--remount-ro', path];
    return isWritable(path) ? ['--ro-bind', path, path] : [];
  });
  return ['--proc', '/proc', ...covered];
}

function isWritable(path: string): boolean {
  return (statSync(path).mode & 0o222) !== 0;
}
