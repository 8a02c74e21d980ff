import { CastellanError } from '@castellan/protocol';
import { writeFileSync } from 'node:fs';
import type { Cgroups } from '../cgroup/cgroups.ts';
import type { Box, BoxParts, BoxSpec, Driver, DriverCheck } from '../driver.ts';
import { inheritableDescriptors } from '../inherited.ts';
import { resourceLimits } from '../rlimits.ts';
import type { ResourceLimit } from '../rlimits.ts';
import { runnerArguments } from '../runner-command.ts';
import { runningBox } from '../running-box.ts';
import { compileFilter } from '../seccomp/bpf.ts';
import { isolateTable } from '../seccomp/table.ts';
import { boxCommand, inside } from './command.ts';
import type { HostTools } from './command.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './diagnose.ts';
import { librariesOf } from './libraries.ts';
import { killOrphans } from './orphans.ts';
import { giveUp, spawnBox } from './spawn.ts';
import type { Spawned } from './spawn.ts';
import { findTools } from './tools.ts';

export interface BubblewrapOptions {
  /** Where boxes get their memory and task limits; without it the launcher's watchdog stands alone. */
  readonly cgroups?: Cgroups;
  /** Names or absolute paths of the host's programs. */
  readonly tools?: Partial<HostTools>;
}

/** A machine that has proved itself: how to start any command in a box. */
type Workshop = (limits: readonly ResourceLimit[], nodeArguments: readonly string[]) => Spawned;

/** What the probe runs: a box in which a process can be made is no box. Exits 0 when all is well. */
const probeScript =
  "process.exit(require('child_process').spawnSync('/node').error?.code === 'EPERM' ? 0 : 3)";
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
 * `start` throws `isolation_unavailable` with the fix in its message when the machine cannot do
 * it, and `box_failed` when this one box did not come to life.
 */
export function bubblewrap(parts: BoxParts, options: BubblewrapOptions = {}): Driver {
  const { cgroups } = options;
  let ready: Promise<Workshop | Diagnosis> | undefined;

  /** The answer is kept when it is good, and asked again when it is bad: machines get mended. */
  async function prepare(): Promise<Workshop | Diagnosis> {
    const answer = await (ready ??= prove(parts, options));
    if (typeof answer !== 'function') ready = undefined;
    return answer;
  }

  return {
    name: 'bubblewrap',

    async check(): Promise<DriverCheck> {
      ready = undefined;
      const answer = await prepare();
      if (typeof answer !== 'function') return { ok: false, ...answer };
      const memory = cgroups?.detail ?? 'no cgroup asked for';
      return { ok: true, detail: `bubblewrap starts boxes; ${memory}.`, fix: null };
    },

    async start(spec: BoxSpec): Promise<Box> {
      if (spec.engine !== 'isolate') {
        throw new CastellanError('isolation_unavailable', `No box for engine ${spec.engine} yet.`);
      }
      const workshop = await prepare();
      if (typeof workshop !== 'function') {
        const fix = workshop.fix === null ? '' : ` Fix: ${workshop.fix}`;
        throw new CastellanError('isolation_unavailable', `${workshop.detail}${fix}`);
      }
      const limits = resourceLimits(spec);
      const paths = parts.snapshot === undefined ? { ...inside, snapshot: '' } : inside;
      const spawned = workshop(limits, runnerArguments(paths, spec));
      const runner = await spawned.inner;
      if (runner === undefined) {
        throw new CastellanError('box_failed', diagnose(await giveUp(spawned)).detail);
      }
      const { watched } = spawned;
      const cgroup = cgroups?.make();
      const { memoryBytes } = spec;
      const box = runningBox({ watched, runner, cgroup, limits, memoryBytes });
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

/** When memory runs out on the machine, a box goes first. */
function offerToOomKiller(pid: number): void {
  writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
}

/** Puts everything together once and starts a real box with it. */
async function prove(parts: BoxParts, options: BubblewrapOptions): Promise<Workshop | Diagnosis> {
  killOrphans();
  let filter: Buffer;
  let libraries: readonly string[];
  const tools = await findTools({ bwrap: 'bwrap', prlimit: 'prlimit', ...options.tools });
  if ('detail' in tools) return tools;
  try {
    filter = compileFilter(isolateTable);
    libraries = await librariesOf([parts.node, parts.addon]);
  } catch (error) {
    return { detail: (error as Error).message, fix: null };
  }
  const leaks = inheritableDescriptors();
  const workshop: Workshop = (limits, nodeArguments) =>
    spawnBox(boxCommand(tools, parts, libraries, limits, nodeArguments), filter, leaks);

  const spawned = workshop(resourceLimits(probeSpec), ['-e', probeScript]);
  const { code, signal } = await spawned.watched.ended;
  const lastWords = await giveUp(spawned);
  if (code === 0) return workshop;
  if (code === 3) return { detail: 'The system call filter is not in force.', fix: null };
  return diagnose(lastWords === '' ? `ended with ${signal ?? code}` : lastWords);
}
