import { CastellanError } from '@castellan/protocol';
import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { ProcessView } from '../procfs.ts';
import { readStderrHead } from '../running-box.ts';
import type { StderrHead } from '../running-box.ts';
import { filterDescriptor, statusDescriptor } from './command.ts';

/** What has been started; `giveUp` or a `Box` has to follow. */
export interface Spawned {
  readonly child: ChildProcess;
  readonly stderr: StderrHead;
  /** The process inside, or `undefined` when bubblewrap ended before there was one. */
  readonly inner: Promise<ProcessView | undefined>;
}

/**
 * Starts a box command with these descriptors and no other:
 *
 *     0 1  /dev/null            3  channel, both ways     5  bubblewrap's status
 *     2    its last words       4  replies                6  the filter
 *
 * The filter goes through a socket, so that nothing lies on a disk or stays open between boxes.
 * `leaks` are descriptors that the box would inherit unasked: it gets `/dev/null` in their place.
 */
export function spawnBox(
  [program, ...rest]: readonly [string, ...string[]],
  filter: Buffer,
  leaks: readonly number[],
): Spawned {
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'];
  const blank = leaks.length === 0 ? undefined : openSync('/dev/null', 'r');
  let child: ChildProcess;
  try {
    for (const descriptor of leaks) {
      while (stdio.length < descriptor) stdio.push('ignore');
      if (descriptor > filterDescriptor) stdio[descriptor] = blank;
    }
    child = spawn(program, rest, { env: {}, cwd: '/', stdio });
  } finally {
    if (blank !== undefined) closeSync(blank);
  }
  // Without a listener a failure to start would be thrown at the whole program.
  child.on('error', () => {});
  if (child.pid === undefined) {
    for (const stream of child.stdio ?? []) stream?.destroy();
    throw new CastellanError(
      'box_failed',
      `${program} could not be started: too many descriptors or processes are in use.`,
    );
  }
  // The types know of five descriptors.
  const ends: readonly unknown[] = child.stdio;
  const filterEnd = ends[filterDescriptor] as Writable;
  filterEnd.on('error', () => filterEnd.destroy());
  filterEnd.end(filter);
  return {
    child,
    stderr: readStderrHead(child.stdio[2] as Readable),
    inner: innerProcess(child, ends[statusDescriptor] as Readable),
  };
}

/** Kills what was started, waits for its end, and gives its last words. */
export async function giveUp({ child, stderr, inner }: Spawned): Promise<string> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  (await inner)?.[Symbol.dispose]();
  const lastWords = await stderr.ended;
  for (const stream of child.stdio) stream?.destroy();
  await closed;
  return lastWords;
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
  status.on('error', () => status.destroy());
  status.once('close', () => result.resolve(undefined));
  return result.promise;
}

function viewOf(pid: number, parent: number | undefined): ProcessView | undefined {
  try {
    const view = new ProcessView(pid);
    if (view.sample()?.parent === parent) return view;
    view[Symbol.dispose]();
  } catch {
    // It has come and gone.
  }
  return undefined;
}
