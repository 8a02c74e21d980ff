import type { BoxParts } from '../../boxes/runner/box.ts';
import type { ResourceLimit } from '../../walls/rlimits.ts';
import { nodeEnvironment, runnerEnvironment } from '../../boxes/runner/runner-command.ts';
import type { NodePaths, RunnerPaths } from '../../boxes/runner/runner-command.ts';
import { mark } from './orphans.ts';
import { type Tmpfs, mounting, scratch, scratchMounts, type ScratchTools } from './scratch.ts';
import type { HostTools } from './tools.ts';
import { isolationArguments, singleProcess } from './arguments.ts';

/** Paths of the parts inside the box. */
export const inside: RunnerPaths & { readonly node: string } = {
  node: '/node',
  runner: '/castellan/runner.js',
  addon: '/castellan-addon/isolated_vm.node',
  snapshot: '/castellan-addon/snapshot.bin',
  browserSnapshot: '/castellan-addon/browser-snapshot.bin',
  runtime: '/castellan-runtime',
};

/** Paths of the node engine's parts inside the box. */
export const insideNode: NodePaths = {
  runner: '/castellan/node-runner.js',
  work: scratch.work,
  writable: [scratch.root, '/tmp'],
  runtime: '/runtime',
  proxyPort: 3128,
};

/** Descriptors for bubblewrap itself, which closes both before Node starts. */
export const statusDescriptor = 5;
export const filterDescriptor = 6;

/** Everything that a command line is built from. */
export interface Box {
  readonly tools: HostTools;
  readonly parts: BoxParts;
  readonly libraries: readonly string[];
  readonly limits: readonly ResourceLimit[];
  readonly nodeArguments: readonly string[];
  /** Node engine: its writable file system, and the tools that mount it. */
  readonly scratch?: { readonly tools: ScratchTools; readonly tmpfs: Tmpfs };
}

/**
 * The whole command line: `prlimit` sets the limits and becomes bubblewrap, which builds the box and
 * starts Node as process 1 of its own pid namespace (docs/decisions/0002).
 *
 * Every mount point is on bubblewrap's own empty root, which is read-only at the end. For the isolate
 * engine there is no `/proc`, no `/dev`, no `/tmp`, and nothing is writable.
 */
export function boxCommand(box: Box): readonly [program: string, ...rest: string[]] {
  const { tools, parts, libraries, limits } = box;
  const readOnly = (from: string, to: string): string[] => ['--ro-bind', from, to];
  const environment = box.scratch === undefined ? runnerEnvironment : nodeEnvironment(scratch.root);
  return [
    tools.prlimit,
    ...limits.map(({ option, value }) => `--${option}=${value}`),
    ...(box.scratch === undefined ? [] : mounting(box.scratch.tools, box.scratch.tmpfs)),
    tools.bwrap,
    ...isolationArguments('box'),
    ...singleProcess,
    '--unshare-net',
    ...mark(),
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...readOnly(parts.node, inside.node),
    ...libraries.flatMap((path) => readOnly(path, path)),
    ...readOnly(parts.runnerDir, '/castellan'),
    ...(box.scratch === undefined ? forIsolate(parts) : forNode(parts)),
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
    ...box.nodeArguments,
  ];
}

function forIsolate({ addon, snapshot, browserSnapshot, runtimeDir }: BoxParts): string[] {
  return [
    '--ro-bind',
    addon,
    inside.addon,
    ...(snapshot === undefined ? [] : ['--ro-bind', snapshot.file, inside.snapshot]),
    ...(browserSnapshot === undefined
      ? []
      : ['--ro-bind', browserSnapshot.file, inside.browserSnapshot]),
    ...(runtimeDir === undefined ? [] : ['--ro-bind', runtimeDir, inside.runtime]),
  ];
}

function forNode({ nodeModules }: BoxParts): string[] {
  return [
    // Where the launcher is root, the box's user owns every setting of the machine in /proc/sys.
    '--proc',
    '/proc',
    '--remount-ro',
    '/proc',
    ...scratchMounts,
    ...(nodeModules === undefined
      ? []
      : ['--ro-bind', nodeModules, `${insideNode.runtime}/node_modules`]),
  ];
}
