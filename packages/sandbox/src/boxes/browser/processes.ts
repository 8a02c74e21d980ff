import { readFileSync } from 'node:fs';
import { treeOf } from '../../walls/tree.ts';

/** Resident memory of the process that is not shared with a file or another process, in bytes. */
export function privateBytes(pid: number): number {
  const [, resident = 0, shared = 0] = textOf(`/proc/${pid}/statm`).split(' ').map(Number);
  return Math.max(0, resident - shared) * 4096;
}

/**
 * Processor time of a process, and of those of its descendants that have ended and were waited for. The
 * first process of a box waits for orphans, so nothing that was used in it is lost.
 */
export function processorMs(pid: number): number {
  const text = textOf(`/proc/${pid}/stat`);
  // The name is in brackets and may itself contain brackets. Ticks of 10 ms follow: user and system, twice.
  const ticks = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15);
  return ticks.reduce((sum, each) => sum + Number(each), 0) * 10;
}

/**
 * Whether Chromium's own sandbox is in force, as the kernel shows it for the renderers: each is in a pid
 * namespace below the box's, which requires a user namespace of its own, and has a system call filter
 * besides the box's. False when there is no renderer. Works for the user who started it.
 */
export function ownSandboxStands(root: number): boolean {
  const depth = namespaceDepth(root);
  // A renderer rewrites its command line, with spaces between the arguments.
  const renderers = treeOf(root).filter((pid) =>
    textOf(`/proc/${pid}/cmdline`).includes('--type=renderer'),
  );
  return (
    renderers.length > 0 &&
    renderers.every((pid) => {
      const filters = /^Seccomp_filters:\s*(\d+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1];
      return namespaceDepth(pid) > depth && Number(filters) >= 2;
    })
  );
}

function namespaceDepth(pid: number): number {
  const line = /^NSpid:\s*(.+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? '';
  return line.split(/\s+/).length;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
