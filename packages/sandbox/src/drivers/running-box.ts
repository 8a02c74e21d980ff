import type { Layer } from '@castellan/protocol';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Duplex, Readable, Writable } from 'node:stream';
import type { BoxCgroup } from './cgroup/cgroups.ts';
import type { Box, BoxExit } from './driver.ts';
import { proveLayers } from './layers.ts';
import { cgroupMeter, procMeter } from './meter.ts';
import type { ProcessView } from './procfs.ts';
import type { ResourceLimit } from './rlimits.ts';

/** How much of the engine's standard error is kept; what follows meets a closed pipe. */
const stderrBytes = 16 * 1024;

/** Everything that a driver has put together. The box owns all of it from here on. */
export interface BoxMaterial {
  /** Our own child: the runner, or the program that waits for it and passes its status on. */
  readonly child: ChildProcess;
  /** The runner itself. */
  readonly runner: ProcessView;
  readonly stderr: StderrHead;
  readonly cgroup: BoxCgroup | undefined;
  readonly limits: readonly ResourceLimit[];
  readonly memoryBytes: number;
}

/** The beginning of a stream, collected from the moment of the call. */
export interface StderrHead {
  readonly ended: Promise<string>;
}

export function readStderrHead(stream: Readable): StderrHead {
  let text = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    text = Buffer.concat([text, chunk.subarray(0, stderrBytes - text.length)]);
    if (text.length === stderrBytes) stream.destroy();
  });
  stream.on('error', () => stream.destroy());
  const closed = Promise.withResolvers<string>();
  stream.once('close', () => closed.resolve(text.toString('utf8')));
  return { ended: closed.promise };
}

/**
 * How a started child ended, or will have ended. A status of 128 + n, as programs in between
 * report it, is signal n.
 */
export async function exitOf(child: ChildProcess): Promise<Pick<BoxExit, 'code' | 'signal'>> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once('exit', resolve));
  }
  const { exitCode: code, signalCode: signal } = child;
  if (code === null || code <= 128) return { code, signal };
  const found = Object.entries(constants.signals).find(([, number]) => number === code - 128);
  return found === undefined ? { code, signal } : { code: null, signal: found[0] };
}

export function runningBox(material: BoxMaterial): Box {
  const { child, runner, cgroup, limits } = material;
  const channel = child.stdio[3] as Duplex;
  const replies = child.stdio[4] as Writable;
  const meter = cgroup === undefined ? procMeter(runner) : cgroupMeter(cgroup);
  // A box that dies takes its ends of the sockets with it; `exited` tells, these only echo it.
  channel.on('error', () => {});
  replies.on('error', () => {});

  const closed = new Promise((resolve) => child.once('close', resolve));
  const exited = (async (): Promise<BoxExit> => {
    const { code, signal } = await exitOf(child);
    const stderr = await material.stderr.ended;
    meter.read();
    const oomKilled = cgroup !== undefined && oomKillsOf(cgroup) > 0;
    return { code, signal, stderr, oomKilled };
  })();

  let disposing: Promise<void> | undefined;
  async function dispose(): Promise<void> {
    runner.kill();
    await exited;
    for (const stream of child.stdio) stream?.destroy();
    await closed;
    await cgroup?.remove();
    // When the program in between was killed first, the runner dies a moment after it.
    while (runner.sample() !== undefined) {
      runner.kill();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    runner[Symbol.dispose]();
  }

  return {
    pid: runner.pid,
    channel,
    replies,
    exited,
    proveLayers(): readonly Layer[] {
      if (runner.sample() === undefined) return [];
      return proveLayers(runner.pid, { limits, inCgroup: () => cgroup?.holds(runner.pid) ?? false });
    },
    startMetering() {
      meter.start();
      cgroup?.limitGrowth(material.memoryBytes);
    },
    meter: () => meter.read(),
    kill: () => runner.kill(),
    [Symbol.asyncDispose]: () => (disposing ??= dispose()),
  };
}

function oomKillsOf(cgroup: BoxCgroup): number {
  try {
    return cgroup.oomKills();
  } catch {
    return 0;
  }
}
