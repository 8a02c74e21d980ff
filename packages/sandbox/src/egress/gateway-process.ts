import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { CastellanError, encodeFrame, FrameReader } from '@castellan/protocol';
import { release, type WatchedChild, watchChild } from '../drivers/child.ts';
import { inheritableDescriptors, spawnSealed } from '../drivers/inherited.ts';
import { type Inbound, readInbound } from './inbound.ts';
import { type ConfigureMessage, egressTypes, gatewayCaps } from './messages.ts';

/** How long the gateway may take to say that it is ready, in milliseconds. */
const startMs = 15_000;

/** The gateway's process, as the launcher sees it. Disposing of it kills it. */
export interface GatewayProcess extends AsyncDisposable {
  readonly pid: number;
  send(type: number, message: object, bytes?: Uint8Array): void;
  /** Resolves with why, once nothing more will come from it. */
  readonly gone: Promise<string>;
}

/**
 * Starts a gateway and waits until it is ready; what it says from then on goes to `receive`.
 * Throws `box_failed` when it cannot be started.
 */
export async function startGateway(
  configuration: ConfigureMessage,
  receive: (message: Inbound) => void,
): Promise<GatewayProcess> {
  // Standard error and the channel; the environment is empty.
  const child = spawnSealed(process.execPath, gatewayArguments(), {}, 2, inheritableDescriptors());
  const watched = watchChild(child);
  const channel = child.stdio[3] as Duplex;
  const ready = Promise.withResolvers<void>();
  const frames = new FrameReader(gatewayCaps);
  let fault: string | undefined;
  let isServing = false;
  channel.on('data', (chunk: Buffer) => {
    if (fault !== undefined) return;
    try {
      for (const frame of frames.push(chunk)) {
        const message = readInbound(frame);
        if (message.type === 'ready') ready.resolve();
        else receive(message);
      }
    } catch (error) {
      fault = `the gateway broke the protocol: ${(error as Error).message}`;
      child.kill('SIGKILL');
    }
  });
  const gone = (async (): Promise<string> => {
    const { code, signal } = await watched.ended;
    await release(watched);
    // Its last words name files of this machine: they are the operator's, and no run's.
    if (isServing) warn((await watched.stderr).trim());
    return fault ?? `the gateway ended (${signal ?? `code ${code}`})`;
  })();
  const send: GatewayProcess['send'] = (type, message, bytes) => {
    if (channel.writable) channel.write(encodeFrame(type, JSON.stringify(message), bytes));
  };
  const gateway: GatewayProcess = {
    pid: child.pid ?? 0,
    send,
    gone,
    [Symbol.asyncDispose]: async () => {
      isServing = false;
      child.kill('SIGKILL');
      await gone;
    },
  };
  send(egressTypes.configure, configuration);
  await waitUntilReady(ready.promise, gateway, watched);
  isServing = true;
  return gateway;
}

function warn(said: string): void {
  if (said !== '') process.emitWarning(`The egress gateway ended: ${said}`, 'CastellanWarning');
}

async function waitUntilReady(
  ready: Promise<void>,
  gateway: GatewayProcess,
  { child, stderr }: WatchedChild,
): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), startMs);
  const failure = await Promise.race([ready, gateway.gone]);
  clearTimeout(timer);
  if (typeof failure === 'string') {
    const why = `${failure} ${(await stderr).trim()}`.trim();
    throw new CastellanError('box_failed', `The egress gateway could not be started: ${why}.`);
  }
}

/**
 * Node's own permission model is a seat belt here: the gateway writes no file, starts nothing,
 * loads nothing native, and reads only code: its own, and packages where Node looks for them.
 */
function gatewayArguments(): string[] {
  const isSource = import.meta.url.endsWith('.ts');
  const main = fileURLToPath(new URL(`process/main.${isSource ? 'ts' : 'js'}`, import.meta.url));
  const protocol = fileURLToPath(import.meta.resolve('@castellan/protocol'));
  const readable = [main, protocol].flatMap((file) => [
    `${dirname(file)}/`,
    ...foldersAbove(file).flatMap((folder) => [
      join(folder, 'package.json'),
      `${join(folder, 'node_modules')}/`,
    ]),
  ]);
  return [
    '--disable-sigusr1',
    '--permission',
    ...[...new Set([dirname(dirname(main)) + '/', ...readable])].map(
      (path) => `--allow-fs-read=${path}`,
    ),
    main,
  ];
}

function foldersAbove(file: string): string[] {
  const folder = dirname(file);
  return folder === file ? [] : [folder, ...foldersAbove(folder)];
}
