import type { BoxParts } from '../driver.ts';
import type { ResourceLimit } from '../rlimits.ts';
import { nodeEnvironment, runnerEnvironment } from '../runner-command.ts';
import type { NodePaths, RunnerPaths } from '../runner-command.ts';
import { mark } from './orphans.ts';
import { type Tmpfs, mounting, scratch, scratchMounts, type ScratchTools } from './scratch.ts';
import type { HostTools } from './tools.ts';
import { isolationArguments, singleProcess } from './arguments.ts';

/** Where the parts are inside. */
export const inside: RunnerPaths & { readonly node: string } = {
  node: '/node',
  runner: '/castellan/runner.js',
  addon: '/castellan-addon/isolated_vm.node',
  snapshot: '/castellan-addon/snapshot.bin',
  browserSnapshot: '/castellan-addon/browser-snapshot.bin',
  runtime: '/castellan-runtime',
};

/** Where the parts of the node engine are inside. */
export const insideNode: NodePaths = {
  runner: '/castellan/node-runner.js',
  work: scratch.work,
  writable: [scratch.root, '/tmp'],
  runtime: '/runtime',
  proxyPort: 3128,
};

/** Descriptors that bubblewrap itself uses; it closes both before Node starts. */
export const statusDescriptor = 5;
export const filterDescriptor = 6;

/** What a command line is made of. */
export interface Box {
  readonly tools: HostTools;
  readonly parts: BoxParts;
  readonly libraries: readonly string[];
  readonly limits: readonly ResourceLimit[];
  readonly nodeArguments: readonly string[];
  /** Node engine: how its tmpfs is made, and what it is. */
  readonly scratch?: { readonly tools: ScratchTools; readonly tmpfs: Tmpfs };
}

/**
 * The whole command line: `prlimit` sets the limits and becomes bubblewrap, which builds the walls
 * and starts Node as process 1 of its own pid namespace (docs/decisions/0002).
 *
 * Every mount point lies on bubblewrap's own empty root, and the root is read-only at the end. For
 * the isolate engine there is no `/proc`, no `/dev`, no `/tmp`, and nothing that could be written.
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
    ...[...isolationArguments('box'), ...singleProcess, '--unshare-net'],
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
    ...['--ro-bind', addon, inside.addon],
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
    ...['--proc', '/proc', '--remount-ro', '/proc'],
    ...scratchMounts,
    ...(nodeModules === undefined
      ? []
      : ['--ro-bind', nodeModules, `${insideNode.runtime}/node_modules`]),
  ];
}
