import { CastellanError, type EngineName, engines } from '@castellan/protocol';
import { writeFileSync } from 'node:fs';
import type { Cgroups } from '../../walls/cgroup/cgroups.ts';
import type { Box, BoxParts, BoxSpec } from '../../boxes/runner/box.ts';
import type { Driver, DriverCheck } from '../driver.ts';
import { inheritableDescriptors } from '../../walls/inherited.ts';
import { resourceLimits, scratchBytes } from '../../boxes/runner/limits.ts';
import type { ResourceLimit } from '../../walls/rlimits.ts';
import { isolateArguments, nodeArguments } from '../../boxes/runner/runner-command.ts';
import { runningBox } from '../../boxes/runner/running-box.ts';
import { compileFilter } from '../../walls/seccomp/bpf.ts';
import { nodeTable } from '../../walls/seccomp/node-table.ts';
import { isolateTable, type SyscallTable } from '../../walls/seccomp/table.ts';
import { boxCommand, inside, insideNode } from './command.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './diagnose.ts';
import { librariesForAddons, librariesOf } from '../../walls/libraries.ts';
import { killOrphans } from './orphans.ts';
import { findScratchTools, type Tmpfs, nodeTmpfs, scratch } from './scratch.ts';
import type { ScratchTools } from './scratch.ts';
import { giveUp, spawnBox } from './spawn.ts';
import type { Spawned } from './spawn.ts';
import { findTools, type HostTools } from './tools.ts';

export interface BubblewrapOptions {
  /** Sets memory and task limits of boxes. Without it only the launcher's watchdog does. */
  readonly cgroups?: Cgroups;
  /** Names or absolute paths of the machine's programs. */
  readonly tools?: Partial<HostTools>;
}

/** Starts a command in a box, on a machine where that has been tested. */
type BoxStarter = (
  limits: readonly ResourceLimit[],
  nodeArguments: readonly string[],
  tmpfs: Tmpfs,
) => Spawned;

/** The kinds of boxes. Each has to be tested on this machine before it is used. */
type Kind = 'isolate' | 'node' | 'nodeWithProcesses';

/** What the probe runs. It exits with 0 when it cannot start a process, as it should be. */
const probeScript =
  "process.exit(require('child_process').spawnSync('/node').error?.code === 'EPERM' ? 0 : 3)";

interface Probe {
  readonly engine: EngineName;
  readonly script: string;
  readonly table: SyscallTable;
}

/**
 * By kind, the program and the filter of its probe. Where processes are allowed, one must be able
 * to start.
 */
const probes: Readonly<Record<Kind, Probe>> = {
  isolate: { engine: 'isolate', script: probeScript, table: isolateTable },
  node: { engine: 'node', script: probeScript, table: nodeTable(false) },
  nodeWithProcesses: {
    engine: 'node',
    script: "process.exit(require('child_process').spawnSync('/node',['-v']).status === 0 ? 0 : 3)",
    table: nodeTable(true),
  },
};
const probeSpec: BoxSpec = {
  engine: 'isolate',
  memoryBytes: 2 ** 27,
  cpuMs: 10_000,
  jitless: false,
  reusable: false,
};

/**
 * Boxes made by bubblewrap from user, pid, net, mount, ipc, uts and cgroup namespaces, a system
 * call filter and resource limits. Works for any user, needs no privilege and no setuid program.
 * `start` throws `isolation_unavailable` with the fix when this machine cannot build boxes, and
 * `box_failed` when this one box could not be started.
 */
export function bubblewrap(parts: BoxParts, options: BubblewrapOptions = {}): Driver {
  const { cgroups } = options;
  const ready = new Map<Kind, Promise<BoxStarter | Diagnosis>>();

  /**
   * A success is cached; a failure is tested again the next time, as the machine may have been
   * fixed.
   */
  async function prepare(kind: Kind): Promise<BoxStarter | Diagnosis> {
    const asked = ready.get(kind) ?? prove(parts, options, kind);
    ready.set(kind, asked);
    const answer = await asked;
    if (typeof answer !== 'function') ready.delete(kind);
    return answer;
  }

  return {
    name: 'bubblewrap',

    async check(engine = 'isolate'): Promise<DriverCheck> {
      ready.clear();
      const answer = await prepare(engine);
      if (typeof answer !== 'function') return { ok: false, ...answer };
      const memory = cgroups?.detail ?? 'no cgroup asked for';
      return { ok: true, detail: `bubblewrap starts boxes; ${memory}.`, fix: null };
    },

    async start(spec: BoxSpec): Promise<Box> {
      const starter = await prepare(kindOf(spec));
      if (typeof starter !== 'function') {
        const { detail, fix } = starter;
        throw new CastellanError('isolation_unavailable', detail, { fix });
      }
      const limits = resourceLimits(spec);
      const spawned = starter(limits, argumentsFor(parts, spec), tmpfsFor(spec));
      const runner = await spawned.inner;
      if (runner === undefined) {
        throw new CastellanError('box_failed', diagnose(await giveUp(spawned)).detail);
      }
      const { watched } = spawned;
      const cgroup = cgroups?.make();
      const { memoryBytes, processes = 1 } = spec;
      const folder = engines[spec.engine].hasNode ? { folder: scratch.root } : {};
      const box = runningBox({
        watched,
        runner,
        engine: spec.engine,
        cgroup,
        limits,
        memoryBytes,
        processes,
        nofork: processes === 1,
        ...folder,
      });
      try {
        offerToOomKiller(runner.pid);
        await cgroup?.join(runner.pid);
      } catch (cause) {
        await box[Symbol.asyncDispose]();
        const { stderr: said } = await box.exited;
        throw new CastellanError('box_failed', diagnose(said).detail, { cause });
      }
      return box;
    },
  };
}

/** Makes the box the first to be killed when the machine runs out of memory. */
function offerToOomKiller(pid: number): void {
  writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
}

function kindOf({ engine, processes = 1 }: BoxSpec): Kind {
  if (engine === 'isolate') return 'isolate';
  return processes > 1 ? 'nodeWithProcesses' : 'node';
}

function tmpfsFor(spec: BoxSpec): Tmpfs {
  return nodeTmpfs(scratchBytes(spec), spec.processes);
}

function argumentsFor(parts: BoxParts, spec: BoxSpec): string[] {
  const { snapshot, browserSnapshot, runtimeDir, nodeModules } = parts;
  if (spec.engine === 'isolate') {
    const paths = {
      ...inside,
      snapshot: snapshot === undefined ? '' : inside.snapshot,
      browserSnapshot: browserSnapshot === undefined ? '' : inside.browserSnapshot,
      runtime: runtimeDir === undefined ? '' : inside.runtime,
    };
    return isolateArguments(paths, parts, spec);
  }
  const runtime = nodeModules === undefined ? '' : insideNode.runtime;
  return nodeArguments({ ...insideNode, runtime }, parts, spec);
}

/** Collects what boxes of a kind need and tests it by starting a real box. */
async function prove(
  parts: BoxParts,
  options: BubblewrapOptions,
  kind: Kind,
): Promise<BoxStarter | Diagnosis> {
  killOrphans();
  let filter: Buffer;
  let libraries: readonly string[];
  let scratchTools: ScratchTools | undefined;
  const { engine, script, table } = probes[kind];
  const { hasNode } = engines[engine];
  const tools = await findTools({ bwrap: 'bwrap', prlimit: 'prlimit', ...options.tools });
  if ('detail' in tools) return tools;
  if (hasNode) {
    const found = await findScratchTools();
    if (typeof found === 'string') {
      return { ...diagnose(found), detail: `The node engine's folder cannot be made: ${found}` };
    }
    scratchTools = found;
  }
  try {
    filter = compileFilter(table);
    libraries = await librariesOf([parts.node, parts.addon]);
    if (hasNode) libraries = [...libraries, ...librariesForAddons(libraries)];
  } catch (error) {
    return { detail: (error as Error).message, fix: null };
  }
  const leaks = inheritableDescriptors();
  const starter: BoxStarter = (limits, rest, tmpfs) => {
    const box = { tools, parts, libraries, limits, nodeArguments: rest };
    const furnished = scratchTools === undefined ? {} : { scratch: { tools: scratchTools, tmpfs } };
    return spawnBox(boxCommand({ ...box, ...furnished }), filter, leaks);
  };

  const spec: BoxSpec = { ...probeSpec, engine };
  const spawned = starter(resourceLimits(spec), ['-e', script], tmpfsFor(spec));
  const { code, signal } = await spawned.watched.ended;
  const lastWords = await giveUp(spawned);
  if (code === 0) return starter;
  if (code === 3) return { detail: 'The system call filter is not in force.', fix: null };
  return diagnose(lastWords === '' ? `ended with ${signal ?? code}` : lastWords);
}
