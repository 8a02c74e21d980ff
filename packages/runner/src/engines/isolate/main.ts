/**
 * The runner of the isolate engine, as `start.ts` starts it:
 * `node runner.js PROGRAM_KEY MEMORY_BYTES REUSABLE ADDON SNAPSHOT CODE_KEY TYPESCRIPT LOCK RUNTIME [CHANNEL]`.
 * CHANNEL is `standard` where the channel is descriptors 0 and 1.
 */
import { dirname, join } from 'node:path';
import type ivm from 'isolated-vm';
import { Channel, poolSource } from '../../channel/channel.ts';
import { SocketSource } from '../../channel/socket.ts';
import { wiresOf } from '../../channel/wires.ts';
import { serve } from '../serve.ts';
import { openStack } from '../stack.ts';
import { blobOf } from './blob.ts';
import { detailsFile, openDetails } from './details.ts';
import { IsolateEngine } from './engine.ts';
import { lockProcess } from './lock.ts';
import { typed, typedOptions } from './rehearsal.ts';
import { openShelves } from './module-shelves.ts';
import { keepPrograms } from '../../script/programs.ts';
import { compileTypes } from '../../script/typescript.ts';

// Errors of the runner have no stack: one that crossed into the guest would describe this side.
Error.stackTraceLimit = 0;

const [
  ,
  program = '',
  ,
  memoryBytes = '',
  reusable = '',
  addon = '',
  snapshotFile = '',
  codeKey = '',
  typescript = '',
  lock = '',
  runtime = '',
  channelName,
] = process.argv;
const binding: { exports: { ivm?: typeof ivm } } = { exports: {} };
process.dlopen(binding, addon);
const vm = binding.exports.ivm as typeof ivm;
/** Memory of an isolate before any script: the limit of a run is about what comes on top. */
const ownMb = 8;
const ours = (name: string): string => join(dirname(program), name);
// Scripts have a stack of their own: this one is for reading them.
openStack(ours('stack.node'))(true);
// Whatever a run may need is opened now: once the process has closed itself, it opens nothing.
const details = openDetails(vm, ours(detailsFile));
const shelves = openShelves(dirname(program), runtime, codeKey, details);
keepPrograms();
const memoryMb = Math.ceil(Number(memoryBytes) / 2 ** 20) + ownMb;
const engine = new IsolateEngine(vm, blobOf(vm, snapshotFile), memoryMb, shelves);
// The first call compiles the stripper, for longer than most scripts run.
if (typescript === 'true') compileTypes(typed, 'typescript', typedOptions);

const wires = wiresOf(channelName);
const { input, replies } = wires;
const source = replies === null ? new SocketSource(input) : poolSource(input);
serve(
  new Channel(wires, source),
  engine,
  reusable === 'true' ? () => engine.renew() : undefined,
  // Everything that a run needs is there, its descriptors among it, and nothing of a run.
  lock === '' ? undefined : () => lockProcess(ours('lock.node'), lock),
);
