import type { Limits } from '@castellan/protocol';
import type { BoxSpec } from '../boxes/runner/box.ts';
import type { SandboxOptions } from '../options/options.ts';

/** The box that a run of a sandbox needs. */
export function boxSpec(options: SandboxOptions, limits: Limits): BoxSpec {
  const { engine = 'isolate', jitless = false, reuse = 'never', childProcesses = false } = options;
  const { memoryBytes, cpuMs, processes } = limits;
  return {
    engine,
    memoryBytes,
    cpuMs,
    cpus: options.cpus,
    jitless,
    reusable: reuse !== 'never',
    processes: childProcesses ? processes : 1,
    network: options.network !== undefined,
    browser: hasBrowsers(options),
  };
}

export function hasBrowsers({ browser = false }: SandboxOptions): boolean {
  return browser !== false;
}
