import { CastellanError, engines, type Layer } from '@castellan/protocol';
import { writeFileSync } from 'node:fs';
import type { Diagnosis, Driver, Enclosed } from '../../drivers/driver.ts';
import { giveUp } from '../../drivers/give-up.ts';
import type { BoxCgroup, Cgroups } from '../../walls/cgroup/cgroups.ts';
import { boxRoom } from '../../walls/cgroup/folders.ts';
import { joinAll } from '../../walls/cgroup/members.ts';
import { landlocked } from '../landlocked.ts';
import type { Box, BoxParts, BoxSpec, RunnerCheck, Runners } from './box.ts';
import { librariesFor, runnerEnclosure, scratch } from './enclosure.ts';
import { runningBox } from './running-box.ts';
import { type Kind, kindOf, type Tried, tryOut } from './trial.ts';

/** What boxes of one kind are made with, on a machine where that has been tested. */
interface Ready extends Tried {
  readonly libraries: readonly string[];
}

/**
 * Boxes of runners, built by a driver. `cgroups` set their memory and task limits; without them only the
 * launcher's watchdog does. `start` throws `isolation_unavailable` with the fix when this machine
 * cannot build boxes, and `box_failed` when this one box could not be started.
 */
export function runners(driver: Driver, parts: BoxParts, cgroups?: Cgroups): Runners {
  const ready = new Map<Kind, Promise<Ready | Diagnosis>>();

  /**
   * A success is cached; a failure is tested again the next time, as the machine may have been
   * fixed.
   */
  async function prepare(kind: Kind): Promise<Ready | Diagnosis> {
    const asked = ready.get(kind) ?? prove(driver, parts, kind);
    ready.set(kind, asked);
    const answer = await asked;
    if ('detail' in answer) ready.delete(kind);
    else if (answer.builder.own !== undefined && (cgroups?.mode ?? 'none') === 'none') {
      return unmeasured(driver, cgroups);
    }
    return answer;
  }

  return {
    driver: driver.name,

    async check(engine = 'isolate'): Promise<RunnerCheck> {
      ready.clear();
      const answer = await prepare(kindOf({ engine }));
      if ('detail' in answer) return { ok: false, ...answer };
      const memory = cgroups?.detail ?? 'no cgroup asked for';
      return { ok: true, detail: `${driver.name} starts boxes; ${memory}.`, fix: null };
    },

    async start(spec: BoxSpec): Promise<Box> {
      const found = await prepare(kindOf(spec));
      if ('detail' in found) {
        throw new CastellanError('isolation_unavailable', found.detail, { fix: found.fix });
      }
      const { hasStandardOnly } = driver;
      const open = runnerEnclosure(parts, found.libraries, spec, { hasStandardOnly });
      const enclosure = found.isLandlocked ? landlocked(open) : open;
      const enclosed = found.builder.start(enclosure);
      const runner = await enclosed.inner;
      if (runner === undefined) {
        const { detail } = driver.diagnose(await giveUp(enclosed));
        throw new CastellanError('box_failed', detail);
      }
      const { own } = found.builder;
      const cgroup = cgroupOf(enclosed, runner.pid, cgroups, own?.tasks ?? 0);
      const { engine, memoryBytes, cpus, processes = 1 } = spec;
      const box = runningBox({
        watched: enclosed.watched,
        user: enclosed.user,
        runner,
        engine,
        cgroup,
        limits: enclosure.limits,
        memoryBytes,
        cpus,
        processes,
        own,
        members: enclosed.members,
        proves: enclosed.proves,
        built: builtLayers(found, processes),
        // The second filter is then the one that refuses it.
        closed: spec.jitless ? ['nocode'] : [],
        ...(engines[engine].hasNode ? { folder: scratch } : {}),
      });
      try {
        offerToOomKiller(runner.pid);
        if (cgroup !== undefined && enclosed.members !== undefined) {
          await joinAll(cgroup, enclosed.members);
        } else await cgroup?.join(runner.pid);
      } catch (cause) {
        await box[Symbol.asyncDispose]();
        const { stderr: said } = await box.exited;
        throw new CastellanError('box_failed', driver.diagnose(said).detail, { cause });
      }
      return box;
    },
  };
}

/** Its kind has tried to start a process, and starts behind Landlock or not at all. */
function builtLayers({ builder, isLandlocked }: Ready, processes: number): readonly Layer[] {
  const own: Layer[] = [];
  if (processes === 1) own.push('nofork');
  if (isLandlocked) own.push('landlock');
  return [...own, ...builder.layers];
}

/** A box of several processes: what they use together is counted by a cgroup, and by nothing else. */
function unmeasured({ name }: Driver, cgroups: Cgroups | undefined): Diagnosis {
  return {
    detail: `Boxes of ${name} need a cgroup, which bounds what their processes use together: ${cgroups?.detail ?? 'none was asked for'}.`,
    fix: 'What castellan doctor says about the cgroup.',
  };
}

/** Makes the box the first to be killed when the machine runs out of memory. */
function offerToOomKiller(pid: number): void {
  writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
}

/** Its own cgroup where the driver has made one, which nothing is to leave; else a new one. */
function cgroupOf(
  { cgroup }: Enclosed,
  pid: number,
  cgroups: Cgroups | undefined,
  ownTasks: number,
): BoxCgroup | undefined {
  if (cgroups === undefined || cgroups.mode === 'none') return undefined;
  return cgroup === undefined
    ? cgroups.make({ ...boxRoom, tasks: boxRoom.tasks + ownTasks })
    : cgroup(pid);
}

async function prove(driver: Driver, parts: BoxParts, kind: Kind): Promise<Ready | Diagnosis> {
  try {
    const libraries = await librariesFor(parts, kind === 'isolate' ? 'isolate' : 'node');
    const tried = await tryOut(driver, parts, libraries, kind);
    return 'detail' in tried ? tried : { ...tried, libraries };
  } catch (error) {
    return { detail: (error as Error).message, fix: null };
  }
}
