/**
 * The runner, as `start.ts` starts it:
 * `node runner.js MEMORY_BYTES REUSABLE ADDON SNAPSHOT CODE_KEY TYPESCRIPT [RUNTIME]`.
 */
import { dirname, join } from 'node:path';
import {
  builtinsName,
  type Frame,
  frameTypes,
  type JobMessage,
  type SettleMessage,
} from '@castellan/protocol';
import type ivm from 'isolated-vm';
import { Channel, textOf } from '../../channel/channel.ts';
import type { EngineHost, FetchAnswer } from '../engine.ts';
import { blobOf } from './blob.ts';
import { IsolateEngine } from './engine.ts';
import { typed } from './rehearsal.ts';
import { readIndex } from './packages.ts';
import { strip } from '../../script/strip.ts';

// No error of ours carries a stack: whatever crosses into the guest tells nothing of this side.
Error.stackTraceLimit = 0;

const [
  ,
  program = '',
  memoryBytes = '',
  reusable = '',
  addon = '',
  snapshotFile = '',
  codeKey = '',
  typescript = '',
  runtime = '',
] = process.argv;
const binding: { exports: { ivm?: typeof ivm } } = { exports: {} };
process.dlopen(binding, addon);
const vm = binding.exports.ivm as typeof ivm;
/** What an isolate holds of ours; the limit of a run is about what comes on top. */
const ownMb = 8;
const ours = (name: string): string => join(dirname(program), name);
const shelves = {
  folders: { libraries: ours('libraries'), builtins: ours(builtinsName), packages: runtime },
  builtins: readIndex(ours(builtinsName), builtinsName),
  codeKey,
};
const memoryMb = Math.ceil(Number(memoryBytes) / 2 ** 20) + ownMb;
const engine = new IsolateEngine(vm, blobOf(vm, snapshotFile), memoryMb, shelves);
// The first call compiles the stripper, for longer than most scripts run.
if (typescript === 'true') strip(typed);

const channel = new Channel();
let settle: ((id: number, reply: string) => void) | undefined;
let takeCdp: ((text: string) => void) | undefined;
let answerFetch: Parameters<EngineHost['onFetch']>[0] | undefined;
const host: EngineHost = {
  send: (type, message, bytes) => channel.send(type, message, bytes),
  waitForReply: () => channel.waitForReply().json,
  onSettle: (take) => (settle = take),
  onFetch: (take) => (answerFetch = take),
  onCdp: (take) => (takeCdp = take),
};

const fetchAnswers: Record<number, FetchAnswer['type']> = {
  [frameTypes.fetchHead]: 'head',
  [frameTypes.fetchChunk]: 'chunk',
  [frameTypes.fetchEnd]: 'end',
  [frameTypes.fetchError]: 'error',
  [frameTypes.fetchCredit]: 'credit',
};

const take: Record<number, (frame: Frame) => void> = {
  [frameTypes.settle]: ({ json }) => settle?.((JSON.parse(json) as SettleMessage).id, json),
  [frameTypes.cdpReceive]: (frame) => takeCdp?.(textOf(frame)),
  [frameTypes.job]: ({ json }) => void run(JSON.parse(json) as JobMessage),
};

async function run(job: JobMessage): Promise<void> {
  const { result, json } = await engine.run(job, host);
  channel.send(frameTypes.result, result, Buffer.from(json));
  if (reusable !== 'true') return;
  engine.renew();
  channel.send(frameTypes.ready, {});
}

channel.listen((frame) => {
  const type = fetchAnswers[frame.type];
  if (type === undefined) take[frame.type]?.(frame);
  else
    answerFetch?.({ type, ...(JSON.parse(frame.json) as object) } as FetchAnswer, ownBytes(frame));
});

/** Bytes with a buffer of their own size: isolated-vm copies the whole buffer of a view. */
function ownBytes({ bytes }: Frame): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

channel.send(frameTypes.ready, {});
