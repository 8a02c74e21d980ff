import type { ChildProcess } from 'node:child_process';
import type { Server } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { CastellanError } from '@castellan/protocol';
import type { BoxCgroup, Cgroups } from '../../walls/cgroup/cgroups.ts';
import { watchChild } from '../../walls/child.ts';
import { killUnfinished } from '../../drivers/bubblewrap/orphans.ts';
import { innerProcess } from '../../drivers/bubblewrap/spawn.ts';
import { spawnWith } from '../../walls/inherited.ts';
import type { ProcessView } from '../../walls/procfs.ts';
import type { BoxMaterials } from './parts.ts';
import { browserCommand, descriptors, mostTasks } from './command.ts';
import { policies } from './policies.ts';
import { treeOf } from './processes.ts';
import { type ChromiumBox, runningChromium } from './running.ts';

/** How long the first program may take until it listens. */
const startMs = 15_000;

const cgroupRoom = { tasks: mostTasks, startBytes: 2 ** 30 } as const;

/**
 * Starts Chromium in a box of its own. It is still loading when this resolves. Throws `box_failed` when
 * the box cannot be started.
 */
export async function startChromium(
  materials: BoxMaterials,
  cgroups: Cgroups | undefined,
): Promise<ChromiumBox> {
  const [program, ...rest] = browserCommand(materials);
  const stdio = ['pipe', 'pipe', 'pipe', 'ipc', 'pipe', 'pipe', 'pipe', 'pipe'] as const;
  const child = spawnWith(program, rest, {}, [...stdio], materials.leaks);
  const watched = watchChild(child);
  const ends: readonly unknown[] = child.stdio;
  const listening = listenerOf(child);
  (ends[descriptors.filter] as Writable).end(materials.filter);
  for (const end of descriptors.policies) (ends[end] as Writable).end(JSON.stringify(policies));
  const inner = innerProcess(child, ends[descriptors.status] as Readable);

  let init: ProcessView | undefined;
  let cgroup: BoxCgroup | undefined;
  let proxy: Server | undefined;
  try {
    const timer = setTimeout(() => killWhole(child), startMs);
    const over = watched.ended.then(() => undefined);
    proxy = await Promise.race([listening, over]);
    init = await inner;
    clearTimeout(timer);
    if (proxy === undefined || init === undefined)
      throw new Error('its first program did not start');
    cgroup = cgroups?.make(cgroupRoom);
    for (const pid of treeOf(init.pid)) await cgroup?.join(pid);
    // It becomes Chromium then, which closes its end of the channel.
    child.send('go');
    return runningChromium({ watched, init, cgroup, proxy });
  } catch (error) {
    killWhole(child);
    proxy?.close();
    const said = (await watched.stderr).trim().slice(0, 500);
    await watched.closed;
    init?.[Symbol.dispose]();
    await cgroup?.remove();
    const why = said === '' ? (error as Error).message : said;
    throw new CastellanError('box_failed', `A browser could not be started: ${why}`);
  }
}

/** Resolves with the listener that the first program sends. Only this one message is read. */
function listenerOf(child: ChildProcess): Promise<Server> {
  return new Promise((resolve) => {
    child.once('message', (_word, listener) => resolve(listener as Server));
  });
}

/** Kills bubblewrap with its children: on its own death a half-made box would stay behind. */
function killWhole({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) killUnfinished(pid);
}
