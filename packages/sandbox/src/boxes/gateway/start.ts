import { CastellanError, type Layer } from '@castellan/protocol';
import type { BoxCgroup, CgroupRoom } from '../../walls/cgroup/cgroups.ts';
import { letGo } from '../../walls/cgroup/cpu.ts';
import { release } from '../../walls/child.ts';
import { landlocked } from '../landlocked.ts';
import { proveLayers } from '../../walls/layers.ts';
import type { ProcessView } from '../../walls/procfs.ts';
import type { Started } from './started.ts';
import type { GatewayBox } from './enclosure.ts';

/** The layers without which a gateway is not used. */
const requiredLayers = [
  'userns',
  'pidns',
  'mountns',
  'ipcns',
  'utsns',
  'seccomp',
  'nonewprivs',
  'nocaps',
  'rlimits',
] satisfies readonly Layer[];

/**
 * What a gateway may use where there are cgroups. All runs wait for it, so it weighs more than the boxes that
 * can be beside it, four for each processor, and its one busy thread is never starved by them.
 */
const room = { tasks: 64, startBytes: 2 ** 30, weight: 1_000 } satisfies CgroupRoom;

/** The processors of its thread, and of those that unpack answers. */
const mostCpus = 2;

const outOfMemory = `out of memory: it may use ${room.startBytes / 2 ** 20} MiB`;

/** Starts a gateway in its box. Throws `box_failed` when no process can be started. */
export function startBoxed({
  driver,
  builder,
  enclosure,
  isLandlocked,
  cgroups,
}: GatewayBox): Started {
  const enclosed = builder.start(isLandlocked ? landlocked(enclosure) : enclosure);
  const { watched } = enclosed;
  let gateway: ProcessView | undefined;
  let cgroup: BoxCgroup | undefined;
  let refusal: string | undefined;
  let isFull = false;
  const known = enclosed.inner.then(async (view) => {
    gateway = view;
    if (view === undefined) return;
    try {
      cgroup = cgroups?.make(room);
      cgroup?.limitCpus(mostCpus);
      await cgroup?.join(view.pid);
    } catch (error) {
      refusal = (error as Error).message;
    }
  });

  return {
    watched,
    async prove() {
      await known;
      if (refusal !== undefined) throw unavailable(`its cgroup cannot be used: ${refusal}.`);
      const pid = gateway?.pid ?? 0;
      const proved = proveLayers(pid, {
        limits: enclosure.limits,
        inCgroup: () => cgroup?.holds(pid) === true,
        hasCpu: cgroup?.hasCpu === true,
        user: enclosed.user,
      });
      const own: Layer[] = enclosed.user === undefined ? [] : ['hostuser'];
      if (cgroup !== undefined) own.push('cgroup');
      const missing = [...requiredLayers, ...own].filter((layer) => !proved.includes(layer));
      if (missing.length === 0) return pid;
      throw unavailable(`its box stands without ${missing.join(', ')}.`);
    },
    kill() {
      letGo(cgroup);
      if (gateway === undefined) enclosed.kill();
      else gateway.kill();
    },
    async release() {
      await release(watched);
      await known;
      // If the program in between was killed first, the gateway dies a moment later.
      gateway?.kill();
      gateway?.[Symbol.dispose]();
      isFull = cgroup !== undefined && cgroup.oomKills() > 0;
      await cgroup?.remove();
    },
    verdict: () => (isFull ? outOfMemory : undefined),
    failure(lastWords) {
      const at = lastWords.search(driver.voice);
      if (at === -1 && gateway !== undefined) {
        return new CastellanError('box_failed', `The egress gateway did not start: ${lastWords}.`);
      }
      const { detail, fix } = driver.diagnose(lastWords.slice(Math.max(0, at)));
      return unavailable(detail, fix);
    },
  };
}

function unavailable(why: string, fix: string | null = null): CastellanError {
  return new CastellanError('isolation_unavailable', `The egress gateway has no box: ${why}`, {
    fix,
  });
}
