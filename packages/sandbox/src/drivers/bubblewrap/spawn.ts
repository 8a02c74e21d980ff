import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Enclosure } from '../../boxes/enclosure.ts';
import { unwrapped, watchChild } from '../../walls/child.ts';
import { spawnWith } from '../../walls/inherited.ts';
import { ProcessView } from '../../walls/procfs.ts';
import type { Enclosed } from '../driver.ts';
import { ownDescriptors } from './command.ts';
import { killUnfinished } from './orphans.ts';

/**
 * Starts the command of an enclosure, with two descriptors after its own: bubblewrap's status, and the
 * filter. That goes through a socket, so that nothing lies on a disk or stays open between boxes.
 */
export function spawnEnclosure(
  [program, ...rest]: readonly [string, ...string[]],
  enclosure: Pick<Enclosure, 'descriptors' | 'isDetached'>,
  filter: Buffer,
  leaks: readonly number[],
): Enclosed {
  const given = [...enclosure.descriptors, 'pipe', 'pipe'] as const;
  const child = spawnWith(program, rest, {}, given, leaks, enclosure.isDetached);
  const direct = watchChild(child);
  // The filter lets no program in the box choose such a code itself, unless it may start others.
  const watched = { ...direct, ended: direct.ended.then(unwrapped) };
  // Node's types have only five descriptors.
  const ends: readonly unknown[] = child.stdio;
  const own = ownDescriptors(enclosure);
  (ends[own.filter] as Writable).end(filter);
  return {
    watched,
    child,
    inner: innerProcess(child, ends[own.status] as Readable),
    kill() {
      const { pid, exitCode, signalCode } = child;
      // The pid of an ended process may have been reused.
      if (pid !== undefined && exitCode === null && signalCode === null) killUnfinished(pid);
    },
  };
}

/** Reads bubblewrap's first status line. `child-pid` counts only if bubblewrap is its parent. */
function innerProcess(child: ChildProcess, status: Readable): Promise<ProcessView | undefined> {
  const result = Promise.withResolvers<ProcessView | undefined>();
  let text = '';
  status.setEncoding('latin1');
  status.on('data', (chunk: string) => {
    text = (text + chunk).slice(0, 4096);
    const pid = /"child-pid":\s*(\d+)/.exec(text)?.[1];
    if (pid === undefined) return;
    status.removeAllListeners('data').resume();
    result.resolve(viewOf(Number(pid), child.pid));
  });
  status.once('close', () => result.resolve(undefined));
  return result.promise;
}

function viewOf(pid: number, parent: number | undefined): ProcessView | undefined {
  try {
    const view = new ProcessView(pid);
    if (view.sample()?.parent === parent) return view;
    view[Symbol.dispose]();
  } catch {
    // It has ended already.
  }
  return undefined;
}
