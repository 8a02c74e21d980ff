/** The runner: what a box starts. `node runner.js MEMORY_BYTES REUSABLE ADDON SNAPSHOT [RUNTIME]`. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { codeKey, type Frame, frameTypes, type JobMessage, type SettleMessage } from '@castellan/protocol';
import type ivm from 'isolated-vm';
import { Channel } from './channel/channel.ts';
import type { EngineHost } from './engine.ts';
import { IsolateEngine } from './isolate/engine.ts';
import { openShelf, type Shelf } from './modules/packages.ts';

const [, , memoryBytes = '', reusable = '', addon = '', snapshotFile = '', runtime = ''] = process.argv;
const { ivm: vm } = createRequire(import.meta.url)(addon) as { ivm: typeof ivm };
const blob = readFileSync(snapshotFile);
const snapshot = new vm.ExternalCopy(
  blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.length),
) as ivm.ExternalCopy<ArrayBuffer>;
const ours = (name: string): Shelf => openShelf(fileURLToPath(new URL(name, import.meta.url)));
const shelves = {
  libraries: ours('libraries'),
  builtins: ours('builtins'),
  packages: runtime === '' ? undefined : openShelf(runtime),
  codeKey: codeKey(process.versions.v8, process.arch, createHash('sha256').update(blob).digest('hex')),
};
const engine = new IsolateEngine(vm, snapshot, Math.ceil(Number(memoryBytes) / 2 ** 20), shelves);

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
