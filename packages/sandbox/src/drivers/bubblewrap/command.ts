import type { BoxParts } from '../driver.ts';
import type { ResourceLimit } from '../rlimits.ts';
import { runnerEnvironment } from '../runner-command.ts';
import type { RunnerPaths } from '../runner-command.ts';
import { mark } from './orphans.ts';

/** Programs of the host that put a box together, as absolute paths. */
export interface HostTools {
  readonly bwrap: string;
  readonly prlimit: string;
}

/** Where the parts are inside. */
export const inside: RunnerPaths & { readonly node: string } = {
  node: '/node',
  runner: '/castellan/runner.js',
  addon: '/castellan-addon/isolated_vm.node',
  snapshot: '/castellan-addon/snapshot.bin',
};

/** Descriptors that bubblewrap itself uses; it closes both before Node starts. */
export const statusDescriptor = 5;
export const filterDescriptor = 6;

/** Every namespace that there is, nobody's identity, and an end together with the launcher. */
const walls: readonly string[] = [
  '--unshare-user',
  '--unshare-pid',
  '--unshare-net',
  '--unshare-ipc',
  '--unshare-uts',
  '--unshare-cgroup',
  '--disable-userns',
  '--uid',
  '65534',
  '--gid',
  '65534',
  '--cap-drop',
  'ALL',
  '--new-session',
  '--die-with-parent',
  '--as-pid-1',
  '--hostname',
  'box',
  '--clearenv',
];

/**
 * The whole command line: `prlimit` sets the limits and becomes bubblewrap, which builds the walls
 * and starts Node as process 1 of its own pid namespace (docs/decisions/0002).
 *
 * Every mount point lies on bubblewrap's own empty root, and the root is read-only at the end:
 * there is no `/proc`, no `/dev`, no `/tmp`, and nothing that could be written.
 */
export function boxCommand(
  tools: HostTools,
  parts: BoxParts,
  libraries: readonly string[],
  limits: readonly ResourceLimit[],
  nodeArguments: readonly string[],
): readonly [program: string, ...rest: string[]] {
  const readOnly = (from: string, to: string): string[] => ['--ro-bind', from, to];
  return [
    tools.prlimit,
    ...limits.map(({ option, value }) => `--${option}=${value}`),
    tools.bwrap,
    ...walls,
    ...mark(),
    ...Object.entries(runnerEnvironment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...readOnly(parts.node, inside.node),
    ...libraries.flatMap((path) => readOnly(path, path)),
    ...readOnly(parts.runnerDir, '/castellan'),
    ...readOnly(parts.addon, inside.addon),
    ...(parts.snapshot === undefined ? [] : readOnly(parts.snapshot, inside.snapshot)),
    '--remount-ro',
    '/',
    '--chdir',
    '/',
    '--json-status-fd',
    String(statusDescriptor),
    '--seccomp',
    String(filterDescriptor),
    '--',
    inside.node,
    ...nodeArguments,
  ];
}
