import { type EngineName, engines, type Layer } from '@castellan/protocol';
import type { Duplex, Writable } from 'node:stream';
import { BoxFiles } from '../../walls/box-files.ts';
import type { BoxCgroup } from '../../walls/cgroup/cgroups.ts';
import type { OwnTasks } from '../../drivers/driver.ts';
import { boxRoom } from '../../walls/cgroup/folders.ts';
import { letGo } from '../../walls/cgroup/cpu.ts';
import type { Watched } from '../../walls/child.ts';
import type { Box, BoxExit } from './box.ts';
import { hardenedLayers } from '../../walls/hardened.ts';
import { proveLayers } from '../../walls/layers.ts';
import { cgroupMeter, procMeter } from '../../walls/meter.ts';
import type { ProcessView } from '../../walls/procfs.ts';
import { bury } from '../../walls/reap.ts';
import type { ResourceLimit } from '../../walls/rlimits.ts';

/** Everything that a driver has put together. The box owns all of it from here on. */
export interface BoxMaterial {
  /** The direct child: the runner, or the program that waits for it and passes its status on. */
  readonly watched: Watched;
  /** The runner itself. */
  readonly runner: ProcessView;
  readonly engine: EngineName;
  readonly cgroup: BoxCgroup | undefined;
  readonly limits: readonly ResourceLimit[];
  readonly memoryBytes: number;
  /** Processors that a run may use at a time. Left out: as many as are free. */
  readonly cpus?: number | undefined;
  /** The limit of processes. Default 1. */
  readonly processes?: number;
  /** The user of the machine that it has to itself, if it has one. */
  readonly user?: number | undefined;
  /** Layers that follow from how it was built and tried, where its filter stands. */
  readonly built?: readonly Layer[];
  /** Layers of the filter that the runner puts up itself, where that stands. */
  readonly closed?: readonly Layer[];
  /** What the driver keeps in the box besides the runner. */
  readonly own?: OwnTasks | undefined;
  /** All processes of the box, where the runner is not the only one. */
  readonly members?: (() => readonly number[]) | undefined;
  /** What the driver alone can prove. */
  readonly proves?: (() => readonly Layer[]) | undefined;
  /** The writable folder in the box, if there is one. */
  readonly folder?: string;
}

export function runningBox(material: BoxMaterial): Box {
  const { watched, runner, cgroup, limits, user, cpus } = material;
  const processes = material.processes ?? 1;
  const own = material.own ?? { processes: 0, tasks: 0 };
  const members = material.members ?? (() => [runner.pid]);
  // A cgroup counts files too.
  const files =
    cgroup === undefined && material.folder !== undefined
      ? new BoxFiles(runner.pid, material.folder)
      : undefined;
  const meter = cgroup === undefined ? procMeter(runner, files) : cgroupMeter(cgroup);

  const exited = (async (): Promise<BoxExit> => {
    const { code, signal } = await watched.ended;
    const stderr = await watched.stderr;
    meter.read();
    return { code, signal, stderr, oomKilled: cgroup !== undefined && oomKills(cgroup) > 0 };
  })();

  function kill(): void {
    if (cpus !== undefined) letGo(cgroup);
    runner.kill();
  }

  async function dispose(): Promise<void> {
    kill();
    await exited;
    await bury(runner, watched);
    files?.[Symbol.dispose]();
    await cgroup?.remove();
  }
  let disposing: Promise<void> | undefined;

  return {
    pid: runner.pid,
    channel: watched.ends[3] as Duplex,
    replies: watched.ends[4] as Writable,
    exited,
    proveLayers(): readonly Layer[] {
      if (runner.sample() === undefined) return [];
      const inCgroup = (): boolean =>
        cgroup !== undefined && members().every((pid) => cgroup.holds(pid));
      const claims = { limits, inCgroup, hasCpu: cgroup?.hasCpu === true, user };
      const layers: Layer[] = ['process', ...proveLayers(runner.pid, claims)];
      layers.push(...(material.proves?.() ?? []));
      const { layer } = engines[material.engine];
      if (layer !== null) layers.unshift(layer);
      if (layers.includes('seccomp')) layers.push(...(material.built ?? []));
      if (layers.includes('mute')) layers.push(...(material.closed ?? []));
      if (!layers.includes('cgroup')) layers.push('watchdog');
      if (hardenedLayers().every((each) => layers.includes(each))) layers.push('hardened');
      return layers;
    },
    startMetering() {
      meter.start();
      cgroup?.limitGrowth(material.memoryBytes);
      if (cpus !== undefined) cgroup?.limitCpus(cpus);
      if (processes > 1) cgroup?.limitTasks(boxRoom.tasks * processes + own.tasks);
    },
    meter: () => meter.read(),
    isOvercrowded() {
      const tasks = cgroup?.tasks();
      return (
        tasks !== undefined && (tasks.processes > processes + own.processes || tasks.refused > 0)
      );
    },
    kill,
    [Symbol.asyncDispose]: () => (disposing ??= dispose()),
  };
}

function oomKills(cgroup: BoxCgroup): number {
  try {
    return cgroup.oomKills();
  } catch {
    return 0;
  }
}
