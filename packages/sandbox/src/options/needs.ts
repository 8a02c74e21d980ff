import { CastellanError } from '@castellan/protocol';
import type { Cgroups } from '../drivers/cgroup/cgroups.ts';
import type { BoxParts, Driver } from '../drivers/driver.ts';
import type { ModulePolicy } from '../modules/modules.ts';
import type { SandboxOptions } from './options.ts';

/** Without a cgroup, what a script's processes use would be seen by nobody. */
export function needCgroup({ name }: Driver, { mode, detail }: Cgroups): void {
  if (mode !== 'none' || name === 'none') return;
  throw new CastellanError(
    'isolation_unavailable',
    `childProcesses needs a cgroup, which bounds what they use together: ${detail}.`,
  );
}

/** What goes into the boxes of an engine. */
export function partsFor(
  parts: BoxParts,
  { engine }: SandboxOptions,
  { runtime, nodeModules }: ModulePolicy,
): BoxParts {
  if (engine === 'node') return nodeModules === undefined ? parts : { ...parts, nodeModules };
  return runtime === undefined ? parts : { ...parts, runtimeDir: runtime.folder };
}
