/** The runner: what a box starts. `node runner.js MEMORY_BYTES REUSABLE ADDON SNAPSHOT`. */
import { readFileSync } from 'node:fs';
import { type Frame, frameTypes, type JobMessage, type SettleMessage } from '@castellan/protocol';
import type ivm from 'isolated-vm';
import { Channel } from './channel/channel.ts';
import type { EngineHost } from './engine.ts';
import { IsolateEngine } from './isolate/engine.ts';

// No error of ours carries a stack: whatever crosses into the guest tells nothing of this side.
Error.stackTraceLimit = 0;

const [, , memoryBytes = '', reusable = '', addon = '', snapshotFile = ''] = process.argv;
const binding: { exports: { ivm?: typeof ivm } } = { exports: {} };
process.dlopen(binding, addon);
const vm = binding.exports.ivm as typeof ivm;
/** What an isolate holds of ours; the limit of a run is about what comes on top. */
const ownMb = 8;
const blob = readFileSync(snapshotFile);
const snapshot = new vm.ExternalCopy(
  blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.length),
);
const engine = new IsolateEngine(vm, snapshot, Math.ceil(Number(memoryBytes) / 2 ** 20) + ownMb);

const channel = new Channel();
let settle: ((id: number, reply: string) => void) | undefined;
const host: EngineHost = {
  send: (type, message, bytes) => channel.send(type, message, bytes),
  waitForReply: () => channel.waitForReply().json,
  onSettle: (take) => (settle = take),
};

const take: Record<number, (frame: Frame) => void> = {
  [frameTypes.settle]: ({ json }) => settle?.((JSON.parse(json) as SettleMessage).id, json),
  [frameTypes.job]: ({ json }) => void run(JSON.parse(json) as JobMessage),
};

async function run(job: JobMessage): Promise<void> {
  const { result, json } = await engine.run(job, host);
  channel.send(frameTypes.result, result, Buffer.from(json));
  if (reusable !== 'true') return;
  engine.renew();
  channel.send(frameTypes.ready, {});
}

channel.listen((frame) => take[frame.type]?.(frame));
channel.send(frameTypes.ready, {});
