import { type EngineName, engines } from '@castellan/protocol';
import { shelfFile } from '@castellan/protocol/runtimes';
import { join } from 'node:path';
import { boxRoom } from '../../walls/cgroup/folders.ts';
import { librariesForAddons, librariesOf, loader } from '../../walls/libraries.ts';
import { nodeTable } from '../../walls/seccomp/node-table.ts';
import { compileFilter } from '../../walls/seccomp/bpf.ts';
import { lockTable, runnerTable } from '../../walls/seccomp/lock-table.ts';
import type { Enclosure, MemoryFolder, Mount } from '../enclosure.ts';
import { landlockMounts } from '../landlocked.ts';
import type { BoxParts, BoxSpec } from './box.ts';
import { resourceLimits, scratchBytes } from './limits.ts';
import {
  isolateArguments,
  nodeArguments,
  nodeEnvironment,
  runnerEnvironment,
  type RunnerPaths,
} from './runner-command.ts';

/** Where the node engine's scripts may write. */
export const scratch = '/scratch';

/** Paths of the parts inside the box. */
const inside: RunnerPaths & { readonly node: string; readonly folder: string } = {
  node: '/node',
  folder: '/castellan',
  runner: '/castellan/runner.js',
  addon: '/castellan-addon/isolated_vm.node',
  snapshot: '/castellan-addon/snapshot.bin',
  browserSnapshot: '/castellan-addon/browser-snapshot.bin',
  runtime: '/castellan-runtime',
};

/** Paths of the node engine's parts inside the box. */
const insideNode = {
  runner: '/castellan/node-runner.js',
  work: `${scratch}/work`,
  writable: [scratch, '/tmp'],
  runtime: '/runtime',
  proxyPort: 3128,
};

/** Files that the C library reads: the name of loopback, and the user of the box, by either number that drivers give. */
const etc = {
  hosts: '127.0.0.1 localhost box\n::1 localhost\n',
  'nsswitch.conf': 'hosts: files\npasswd: files\ngroup: files\n',
  passwd: [65534, 0]
    .map((id) => `nobody:x:${id}:${id}:nobody:${scratch}/home:/bin/false\n`)
    .join(''),
  group: 'nogroup:x:65534:\nnogroup:x:0:\n',
};

/** Paths on the machine of the libraries that a runner of this engine needs, and its packages may. */
export async function librariesFor(
  { node, addon }: BoxParts,
  engine: EngineName,
): Promise<readonly string[]> {
  const own = await librariesOf([node, addon]);
  return engines[engine].hasNode ? [...own, ...librariesForAddons(own)] : own;
}

/** What is different from the enclosure of a runner. */
export interface Differences {
  /** The arguments of Node. Default: those of the engine's runner. */
  readonly rest?: readonly string[];
  /** The runner has its standard descriptors only, and its channel is the first two. */
  readonly hasStandardOnly?: boolean | undefined;
}

/**
 * The enclosure of a runner: Node, its libraries and the runner. For the isolate engine there is no
 * `/proc`, no `/dev`, no `/tmp`, and nothing is writable. `libraries` are paths on the machine.
 */
export function runnerEnclosure(
  parts: BoxParts,
  libraries: readonly string[],
  spec: BoxSpec,
  { rest, hasStandardOnly = false }: Differences = {},
): Enclosure {
  const { hasNode } = engines[spec.engine];
  return {
    hostname: 'box',
    command: [inside.node, ...(rest ?? argumentsFor(parts, spec, hasStandardOnly))],
    environment: hasNode ? nodeEnvironment(scratch) : runnerEnvironment,
    // Standard error, the channel both ways, replies; or the channel's two ways and standard error.
    descriptors: hasStandardOnly
      ? ['pipe', 'pipe', 'pipe']
      : ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    mounts: [
      { from: parts.node, to: inside.node },
      ...libraries.map((path) => ({ from: path, to: path })),
      { from: parts.runnerDir, to: inside.folder },
      ...landlockMounts(parts.landlock),
      ...(hasNode ? mountsForNode(parts) : mountsForIsolates(parts)),
    ],
    proc: hasNode ? 'own' : 'none',
    ...(hasNode ? { memory: memoryFor(spec) } : {}),
    network: 'none',
    filter: hasNode ? nodeTable((spec.processes ?? 1) > 1) : runnerTable,
    // A script with Node may have servers, in a network that has nobody else.
    rights: { programs: [inside.node, loader], ports: hasNode ? ['bind', 'connect'] : [] },
    limits: resourceLimits(spec),
    cpus: spec.cpus,
    mayNest: false,
    hasReaper: false,
    isDetached: false,
  };
}

function memoryFor(spec: BoxSpec): MemoryFolder {
  return {
    bytes: scratchBytes(spec),
    inodes: 4_096,
    tasks: boxRoom.tasks * (spec.processes ?? 1),
    folders: ['work', 'tmp', 'home'],
    writable: { [scratch]: '' },
    texts: { '/etc': etc },
    devices: ['null', 'zero', 'urandom'],
    links: { '/tmp': `${scratch}/tmp` },
  };
}

function mountsForIsolates({ addon, snapshot, browserSnapshot, runtimeDir }: BoxParts): Mount[] {
  const all = [
    [addon, inside.addon],
    [snapshot?.file, inside.snapshot],
    [
      runtimeDir === undefined ? undefined : join(runtimeDir, shelfFile),
      join(inside.runtime, shelfFile),
    ],
    [browserSnapshot?.file, inside.browserSnapshot],
  ] as const;
  return all.flatMap(([from, to]) => (from === undefined ? [] : [{ from, to }]));
}

function mountsForNode({ nodeModules }: BoxParts): Mount[] {
  if (nodeModules === undefined) return [];
  return [{ from: nodeModules, to: `${insideNode.runtime}/node_modules` }];
}

function argumentsFor(parts: BoxParts, spec: BoxSpec, hasStandardOnly: boolean): string[] {
  const { snapshot, browserSnapshot, runtimeDir, nodeModules } = parts;
  if (spec.engine === 'isolate') {
    const paths = {
      ...inside,
      snapshot: snapshot === undefined ? '' : inside.snapshot,
      browserSnapshot: browserSnapshot === undefined ? '' : inside.browserSnapshot,
      runtime: runtimeDir === undefined ? '' : inside.runtime,
    };
    const lock = parts.hasLock === true ? compileFilter(lockTable(spec.jitless)) : Buffer.alloc(0);
    return isolateArguments({ ...paths, hasStandardOnly }, parts, spec, lock.toString('base64'));
  }
  const runtime = nodeModules === undefined ? '' : insideNode.runtime;
  return nodeArguments({ ...insideNode, runtime, hasStandardOnly }, parts, spec);
}
