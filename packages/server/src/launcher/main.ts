/** The launcher: the only program of the service that makes boxes. It lives as long as its API. */
import {
  type CancelMessage,
  type CheckMessage,
  type ConfigureMessage,
  type KvToldMessage,
  launcherFrames,
  type RunMessage,
  type ToldMessage,
  type WatchMessage,
} from '../launching/messages.ts';
import { Attempts } from './attempts.ts';
import { Channel } from './channel.ts';
import { failureOf } from './failure.ts';
import { KvCalls } from './kv-calls.ts';
import { openSandboxes, type Sandboxes } from './sandboxes.ts';

/** How long the boxes may take to end; they die with this process anyway. */
const closeMs = 5_000;

// Signals of a terminal reach the whole process group, but it is the API that ends a launcher, by
// closing the stream.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const channel = new Channel();
const kv = new KvCalls(channel);
let sandboxes: Sandboxes | undefined;
let attempts: Attempts | undefined;
let ending: Promise<void> | undefined;

channel.listen(
  ({ type, json, bytes }) => {
    const message = JSON.parse(json) as unknown;
    if (type === launcherFrames.configure) void configure(message as ConfigureMessage);
    if (type === launcherFrames.cancel) attempts?.cancel((message as CancelMessage).attempt);
    if (type === launcherFrames.kvTold) kv.told(message as KvToldMessage, bytes);
    if (type === launcherFrames.watch) {
      const { attempt, isWatched } = message as WatchMessage;
      attempts?.watch(attempt, isWatched);
    }
    if (type === launcherFrames.run) {
      const { attempt, run, request } = message as RunMessage;
      void attempts?.run(attempt, run, request);
    }
    if (type === launcherFrames.told) attempts?.tell(message as ToldMessage, bytes);
    if (type === launcherFrames.check) {
      const { attempt, script } = message as CheckMessage;
      void attempts?.check(attempt, script);
    }
  },
  () => void (ending ??= end()),
);

async function configure(settings: ConfigureMessage): Promise<void> {
  const beat = (): void => channel.send(launcherFrames.beat, { pools: sandboxes?.pools() ?? {} });
  setInterval(beat, settings.leaseMs / 3);
  try {
    sandboxes = await openSandboxes(settings, kv.helpers);
  } catch (error) {
    channel.send(launcherFrames.unable, failureOf(error));
    await channel.flushed();
    ending ??= end();
    return;
  }
  // The API has gone in the meantime; the boxes die with this process.
  if (ending !== undefined) process.exit(0);
  attempts = new Attempts(sandboxes, channel, settings.artifactsFolder, kv);
  channel.send(launcherFrames.ready, { offers: sandboxes.offers });
  beat();
}

async function end(): Promise<void> {
  setTimeout(() => process.exit(1), closeMs).unref();
  await sandboxes?.[Symbol.asyncDispose]();
  process.exit(0);
}
