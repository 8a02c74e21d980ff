import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { release, unwrapped, watchChild } from '../../walls/child.ts';
import type { WatchedChild } from '../../walls/child.ts';
import { spawnSealed } from '../../walls/inherited.ts';
import { ProcessView } from '../../walls/procfs.ts';
import { filterDescriptor, statusDescriptor } from './command.ts';
import { killUnfinished } from './orphans.ts';

/** A started box command. Pass it to `giveUp`, or make a `Box` of it. */
export interface Spawned {
  readonly watched: WatchedChild;
  /** Resolves with the process inside; with `undefined` when bubblewrap ended before there was one. */
  readonly inner: Promise<ProcessView | undefined>;
}

/**
 * Starts a box command with these descriptors:
 *
 *     0 1  /dev/null            3  channel, both ways     5  bubblewrap's status
 *     2    standard error       4  replies                6  the filter
 *
 * The filter goes through a socket, so that nothing lies on a disk or stays open between boxes.
 */
export function spawnBox(
  [program, ...rest]: readonly [string, ...string[]],
  filter: Buffer,
  leaks: readonly number[],
): Spawned {
  // 2 to 6: standard error, channel, replies, status, filter.
  const child = spawnSealed(program, rest, {}, 5, leaks);
  const direct = watchChild(child);
  // The filter lets no program in the box choose such a code itself, unless it may start others.
  const watched = { ...direct, ended: direct.ended.then(unwrapped) };
  // Node's types have only five descriptors.
  const ends: readonly unknown[] = child.stdio;
  (ends[filterDescriptor] as Writable).end(filter);
  return { watched, inner: innerProcess(child, ends[statusDescriptor] as Readable) };
}

/** Kills the box, waits for its end, and returns its standard error. */
export async function giveUp({ watched, inner }: Spawned): Promise<string> {
  const { pid, exitCode, signalCode } = watched.child;
  // The pid of an ended process may have been reused.
  if (pid !== undefined && exitCode === null && signalCode === null) killUnfinished(pid);
  (await inner)?.[Symbol.dispose]();
  const lastWords = await watched.stderr;
  await release(watched);
  return lastWords;
}

/** Reads bubblewrap's first status line. `child-pid` counts only if bubblewrap is its parent. */
export function innerProcess(
  child: ChildProcess,
  status: Readable,
): Promise<ProcessView | undefined> {
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
