import type { Layer } from '@castellan/protocol';
import { type DoctorRow, row } from './report.ts';

/** The layers without which nothing is run. */
export const floor = [
  'userns',
  'pidns',
  'netns',
  'mountns',
  'seccomp',
] as const satisfies readonly Layer[];

/** The layers that the kernel can show of a running box, and what each is for. */
const sentences = {
  userns: 'User ids of its own: root inside is nobody outside.',
  pidns: 'It sees no process of this machine.',
  netns: 'A network of its own, with nothing in it.',
  mountns: 'Files of its own: Node and the runner, read-only.',
  ipcns: 'No shared memory or queues with this machine.',
  utsns: 'A host name of its own.',
  seccomp: 'System calls pass a filter.',
  nonewprivs: 'No program can give it more rights.',
  nocaps: 'It has no capability, in its own namespace either.',
  nofork: 'It can start no process.',
  rlimits: 'Files, locks, stack, core dumps and processor time are bounded by the kernel.',
} as const satisfies Partial<Record<Layer, string>>;

/**
 * A row for each layer, from those that were proved around a real box; `null` when there was no
 * box.
 */
export function layerRows(layers: readonly Layer[] | null): DoctorRow[] {
  return Object.entries(sentences).map(([name, sentence]) => {
    if (layers?.some((layer) => layer === name) === true) return row(name, 'ok', sentence);
    const isFloor = floor.some((layer) => layer === name);
    const detail =
      layers === null
        ? 'Not proved: no box stands.'
        : 'The kernel does not show it on a running box.';
    return row(name, isFloor ? 'missing' : 'weak', detail);
  });
}
