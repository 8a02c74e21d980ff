import type { Duplex } from 'node:stream';
import { encodeFrame, FrameReader } from '@castellan/protocol/frames';
import { unwrapped } from '../../walls/child.ts';
import { startBare } from './bare.ts';
import type { GatewayBox } from '../../boxes/gateway/enclosure.ts';
import { startBoxed } from '../../boxes/gateway/start.ts';
import { notReady, usualStartMs } from '../../walls/start-time.ts';
import { type GatewayMessage, readGatewayMessage } from './inbound.ts';
import { type EgressConfigureMessage, egressTypes, gatewayCaps } from '../messages.ts';

/** The gateway's process, as the launcher sees it. Disposing of it kills it. */
export interface GatewayProcess extends AsyncDisposable {
  readonly pid: number;
  send(type: number, message: object, bytes?: Uint8Array): void;
  /** Resolves with the reason when the gateway has ended and nothing more will come from it. */
  readonly gone: Promise<string>;
}

/**
 * Starts a gateway, in the box if one is given, and waits until it is ready. Its messages go to
 * `receive`. Throws `isolation_unavailable` when the box cannot be made or lacks a layer, and
 * `box_failed` when the gateway cannot be started for another reason.
 */
export async function startGateway(
  configuration: EgressConfigureMessage,
  receive: (message: GatewayMessage) => void,
  { box, startMs = usualStartMs() }: { readonly box?: GatewayBox; readonly startMs?: number } = {},
): Promise<GatewayProcess> {
  const started = box === undefined ? startBare() : startBoxed(box);
  const { watched } = started;
  const channel = watched.ends[3] as Duplex;
  const ready = Promise.withResolvers<void>();
  const frames = new FrameReader(gatewayCaps);
  let fault: string | undefined;
  let isServing = false;
  channel.on('data', (chunk: Buffer) => {
    if (fault !== undefined) return;
    try {
      for (const frame of frames.push(chunk)) {
        const message = readGatewayMessage(frame);
        if (message.type === 'ready') ready.resolve();
        else receive(message);
      }
    } catch (error) {
      fault = `the gateway broke the protocol: ${(error as Error).message}`;
      started.kill();
    }
  });
  const gone = (async (): Promise<string> => {
    const { code, signal } = unwrapped(await watched.ended);
    await started.release();
    const verdict = started.verdict();
    // Its standard error names files of this machine: it is for the operator, not for runs.
    if (isServing) warn([verdict ?? '', await watched.stderr].join(' ').trim());
    return fault ?? `the gateway ended (${verdict ?? signal ?? `code ${code}`})`;
  })();
  const send: GatewayProcess['send'] = (type, message, bytes) => {
    if (channel.writable) channel.write(encodeFrame(type, JSON.stringify(message), bytes));
  };
  send(egressTypes.configure, configuration);
  const timer = setTimeout(() => {
    fault ??= `the gateway: ${notReady(startMs)}`;
    started.kill();
  }, startMs);
  try {
    const pid = await Promise.race([ready.promise.then(async () => started.prove()), gone]);
    if (typeof pid === 'string') {
      throw started.failure(`${pid} ${(await watched.stderr).trim()}`.trim());
    }
    isServing = true;
    return {
      pid,
      send,
      gone,
      [Symbol.asyncDispose]: async () => {
        isServing = false;
        started.kill();
        await gone;
      },
    };
  } catch (error) {
    started.kill();
    await gone;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function warn(said: string): void {
  if (said !== '') process.emitWarning(`The egress gateway ended: ${said}`, 'CastellanWarning');
}
