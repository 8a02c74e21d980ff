import { CastellanError, type Layer } from '@castellan/protocol';
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

/** Starts a gateway in its box. Throws `box_failed` when no process can be started. */
export function startBoxed({ driver, builder, enclosure, isLandlocked }: GatewayBox): Started {
  const enclosed = builder.start(isLandlocked ? landlocked(enclosure) : enclosure);
  const { watched } = enclosed;
  let gateway: ProcessView | undefined;
  const known = enclosed.inner.then((view) => void (gateway = view));

  return {
    watched,
    async prove() {
      await known;
      const pid = gateway?.pid ?? 0;
      const proved = proveLayers(pid, {
        limits: enclosure.limits,
        inCgroup: () => false,
        user: enclosed.user,
      });
      const own: readonly Layer[] = enclosed.user === undefined ? [] : ['hostuser'];
      const missing = [...requiredLayers, ...own].filter((layer) => !proved.includes(layer));
      if (missing.length === 0) return pid;
      throw unavailable(`its box stands without ${missing.join(', ')}.`);
    },
    kill() {
      if (gateway === undefined) enclosed.kill();
      else gateway.kill();
    },
    async release() {
      await release(watched);
      await known;
      // If the program in between was killed first, the gateway dies a moment later.
      gateway?.kill();
      gateway?.[Symbol.dispose]();
    },
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
