import type { Readable, Writable } from 'node:stream';
import { CastellanError, type Layer } from '@castellan/protocol';
import { diagnose } from '../../drivers/bubblewrap/diagnose.ts';
import { killUnfinished } from '../../drivers/bubblewrap/orphans.ts';
import { innerProcess } from '../../drivers/bubblewrap/spawn.ts';
import { release, watchChild } from '../../walls/child.ts';
import { spawnSealed } from '../../walls/inherited.ts';
import { proveLayers } from '../../walls/layers.ts';
import type { ProcessView } from '../../walls/procfs.ts';
import type { Started } from './started.ts';
import { descriptors, type GatewayBox, gatewayCommand } from './command.ts';

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
export function startBoxed(box: GatewayBox): Started {
  const [program, ...rest] = gatewayCommand(box);
  // 2 to 5: standard error, channel, status, filter. Detached, so that Ctrl-C in a terminal does
  // not reach it.
  const child = spawnSealed(program, rest, {}, 4, box.leaks, true);
  const watched = watchChild(child);
  // Node's types have only five descriptors.
  const ends: readonly unknown[] = child.stdio;
  (ends[descriptors.filter] as Writable).end(box.filter);
  let gateway: ProcessView | undefined;
  const inner = innerProcess(child, ends[descriptors.status] as Readable);
  const known = inner.then((view) => void (gateway = view));

  return {
    watched,
    async prove() {
      await known;
      const pid = gateway?.pid ?? 0;
      const proved = proveLayers(pid, { limits: box.limits, inCgroup: () => false });
      const missing = requiredLayers.filter((layer) => !proved.includes(layer));
      if (missing.length === 0) return pid;
      throw unavailable(`its box stands without ${missing.join(', ')}.`);
    },
    kill() {
      const { pid, exitCode, signalCode } = child;
      if (gateway !== undefined) gateway.kill();
      else if (pid !== undefined && exitCode === null && signalCode === null) killUnfinished(pid);
    },
    async release() {
      await release(watched);
      await known;
      // If bubblewrap was killed first, the gateway dies a moment later.
      gateway?.kill();
      gateway?.[Symbol.dispose]();
    },
    failure(lastWords) {
      const said = /(?:bwrap|prlimit): .*/s.exec(lastWords)?.[0];
      if (said === undefined && gateway !== undefined) {
        return new CastellanError('box_failed', `The egress gateway did not start: ${lastWords}.`);
      }
      const { detail, fix } = diagnose(said ?? lastWords);
      return unavailable(detail, fix);
    },
  };
}

function unavailable(why: string, fix: string | null = null): CastellanError {
  return new CastellanError('isolation_unavailable', `The egress gateway has no box: ${why}`, {
    fix,
  });
}
