import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import {
  encodeFrame,
  FrameReader,
  frameTypes,
  type JobMessage,
  type ResultMessage,
  upTo,
} from '@castellan/protocol/frames';
import { blankJob } from '../src/engines/blank-job.ts';

/** The box that is being built has no compiled code yet. */
const noCode = '';

/**
 * Runs a script in a plain runner while the box is being built, and returns its value. `before`
 * contains arguments of Node that precede the runner's.
 */
export async function runPlainly(
  box: string,
  snapshot: string,
  script: string,
  params: unknown,
  modules: readonly string[],
  before: readonly string[] = [],
): Promise<unknown> {
  const root = join(createRequire(import.meta.url).resolve('isolated-vm/package.json'), '..');
  const addon = join(
    root,
    `prebuilds/${process.platform}-${process.arch}/isolated-vm.abi${process.versions.modules}.glibc.node`,
  );
  const args = [
    ...before,
    join(box, 'runner.js'),
    noCode,
    String(2 ** 29),
    'false',
    addon,
    snapshot,
    noCode,
    'false',
  ];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'],
  });
  const channel = child.stdio[3] as Duplex;
  const result = Promise.withResolvers<unknown>();
  const frames = new FrameReader(() => upTo(2 ** 26));
  channel.on('data', (chunk: Buffer) => {
    for (const { type, json, bytes } of frames.push(chunk)) {
      if (type !== frameTypes.result) continue;
      const message = JSON.parse(json) as ResultMessage;
      if (message.ok) result.resolve(JSON.parse(Buffer.from(bytes).toString()));
      else result.reject(new Error(message.error.stack));
    }
  });
  child.once('exit', () => result.reject(new Error('the runner ended')));
  const job: JobMessage = {
    ...blankJob,
    entry: 'script.js',
    files: { 'script.js': script },
    input: { ...blankJob.input, params: JSON.stringify(params) },
    modules,
    noPackages: null,
    outputBytes: 2 ** 20,
    valueBytes: 2 ** 26,
  };
  channel.write(encodeFrame(frameTypes.job, JSON.stringify(job)));
  try {
    return await result.promise;
  } finally {
    // The runner exits when its channel is closed.
    channel.destroy();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}
