import type { ChildProcess } from 'node:child_process';
import type { Server } from 'node:net';
import { CastellanError } from '@castellan/protocol';
import type { BoxCgroup, Cgroups } from '../../walls/cgroup/cgroups.ts';
import { joinAll } from '../../walls/cgroup/members.ts';
import { isUser } from '../../walls/layers.ts';
import type { ProcessView } from '../../walls/procfs.ts';
import { notReady, usualStartMs } from '../../walls/start-time.ts';
import { treeOf } from '../../walls/tree.ts';
import { browserEnclosure, mostTasks } from './enclosure.ts';
import type { BoxMaterials } from './materials.ts';
import { type ChromiumBox, runningChromium } from './running.ts';

const cgroupRoom = { tasks: mostTasks, startBytes: 2 ** 30 } as const;

export interface StartOptions {
  readonly cpus?: number | undefined;
  /** How long its first program may take until it listens, in milliseconds. Default: `usualStartMs`. */
  readonly startMs?: number | undefined;
}

/**
 * Starts Chromium in a box of its own, which has at most `cpus` processors once it is given to a run. It is
 * still loading when this resolves. Throws `box_failed` when
 * the box cannot be started.
 */
export async function startChromium(
  materials: BoxMaterials,
  cgroups: Cgroups | undefined,
  { cpus, startMs = usualStartMs() }: StartOptions = {},
): Promise<ChromiumBox> {
  const enclosed = materials.builder.start(browserEnclosure(materials.parts));
  const { watched, child, inner, user } = enclosed;
  if (child === undefined) throw new CastellanError('box_failed', 'Its driver has no messages.');
  const listening = listenerOf(child);

  let init: ProcessView | undefined;
  let cgroup: BoxCgroup | undefined;
  let proxy: Server | undefined;
  let isLate = false;
  try {
    const timer = setTimeout(() => {
      isLate = true;
      enclosed.kill();
    }, startMs);
    const over = watched.ended.then(() => undefined);
    proxy = await Promise.race([listening, over]);
    init = await inner;
    clearTimeout(timer);
    if (proxy === undefined || init === undefined)
      throw new Error('its first program did not start');
    if (user !== undefined && !isUser(init.pid, user)) throw new Error(`it is not user ${user}`);
    cgroup = cgroups?.make(cgroupRoom);
    const { pid } = init;
    if (cgroup !== undefined) await joinAll(cgroup, () => treeOf(pid));
    // It becomes Chromium then, which closes its end of the channel.
    child.send('go');
    return runningChromium({ watched, init, cgroup, cpus, proxy });
  } catch (error) {
    enclosed.kill();
    proxy?.close();
    const said = (await watched.stderr).trim().slice(0, 500);
    await watched.closed;
    init?.[Symbol.dispose]();
    await cgroup?.remove();
    const why = isLate ? notReady(startMs) : said === '' ? (error as Error).message : said;
    throw new CastellanError('box_failed', `A browser could not be started: ${why}`);
  }
}

/** Resolves with the listener that the first program sends. Only this one message is read. */
function listenerOf(child: ChildProcess): Promise<Server> {
  return new Promise((resolve) => {
    child.once('message', (_word, listener) => resolve(listener as Server));
  });
}
