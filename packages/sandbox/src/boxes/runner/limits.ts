import { engines } from '@castellan/protocol';
import type { ResourceLimit } from '../../walls/rlimits.ts';
import type { BoxSpec } from './box.ts';

const megabyte = 1_000_000;

/** Number of worker threads that the address space of a node engine's process is sized for. */
const workers = 4;

/** Size of the node engine's writable folder. A cgroup counts its content as memory. */
export function scratchBytes({ memoryBytes }: BoxSpec): number {
  return Math.min(memoryBytes, 64 * 2 ** 20);
}

/**
 * Address space that Node itself takes: with machine code 600 MB, and 540 MB for one isolate, most of
 * it the reserved code range; without machine code a tenth. The rest is slack: this limit stops a
 * single giant allocation, while the cgroup or the watchdog enforces the limit of a run.
 */
function dataBytes(spec: BoxSpec): number {
  if (engines[spec.engine].hasNode)
    return (600 + 540 * workers + 600) * megabyte + spec.memoryBytes;
  const base = spec.jitless ? (100 + 20) * megabyte : (600 + 540) * megabyte;
  return base + 600 * megabyte + spec.memoryBytes;
}

/**
 * The resource limits of a box. There is none on processes: it would count all processes of the
 * launcher's user. `cpu` is a backstop behind the launcher's watch, and only where a box serves one
 * run, since it counts from the start of the process.
 */
export function resourceLimits(spec: BoxSpec): readonly ResourceLimit[] {
  const { hasNode } = engines[spec.engine];
  const limits: ResourceLimit[] = [
    { option: 'core', label: 'Max core file size', value: 0 },
    { option: 'nofile', label: 'Max open files', value: hasNode ? 256 : 64 },
    { option: 'memlock', label: 'Max locked memory', value: 0 },
    { option: 'msgqueue', label: 'Max msgqueue size', value: 0 },
    { option: 'fsize', label: 'Max file size', value: hasNode ? scratchBytes(spec) : 0 },
    { option: 'stack', label: 'Max stack size', value: 8 * 2 ** 20 },
    { option: 'data', label: 'Max data size', value: dataBytes(spec) },
  ];
  if (!spec.reusable) {
    const value = Math.ceil(spec.cpuMs / 1000) + 2;
    limits.push({ option: 'cpu', label: 'Max cpu time', value });
  }
  return limits;
}
