import {
  type CallbackMessage,
  type DownloadMessage,
  encodeText,
  type Frame,
  frameTypes,
  type JobMessage,
  type SettleMessage,
} from '@castellan/protocol/frames';
import { type Channel, textOf } from '../channel/channel.ts';
import { countDown } from './count-down.ts';
import type { Engine, EngineHost, FetchAnswer } from './engine.ts';

const { parse } = JSON;

const fetchAnswers: Readonly<Record<number, FetchAnswer['type']>> = {
  [frameTypes.fetchHead]: 'head',
  [frameTypes.fetchChunk]: 'chunk',
  [frameTypes.fetchEnd]: 'end',
  [frameTypes.fetchError]: 'error',
  [frameTypes.fetchCredit]: 'credit',
};

/**
 * Runs the jobs that arrive on the channel, one at a time, and hands every other frame to the run
 * that has subscribed to it. `renew` makes a reusable runner ready for the next job; `close` is called once,
 * when all of the process is set up and before it says so.
 */
export function serve(
  channel: Channel,
  engine: Engine,
  renew?: () => void,
  close?: () => void,
): void {
  let callBack: Parameters<EngineHost['onCallback']>[0] | undefined;
  let settle: Parameters<EngineHost['onSettle']>[0] | undefined;
  let takeDownload: Parameters<EngineHost['onDownload']>[0] | undefined;
  let takeCdp: Parameters<EngineHost['onCdp']>[0] | undefined;
  let answerFetch: Parameters<EngineHost['onFetch']>[0] | undefined;
  const host: EngineHost = {
    send: (type, message, bytes) => channel.send(type, message, bytes),
    waitForReply: () => channel.waitForReply(),
    onSettle: (take) => (settle = take),
    onCallback: (take) => (callBack = take),
    onFetch: (take) => (answerFetch = take),
    onCdp: (take) => (takeCdp = take),
    onDownload: (take) => (takeDownload = take),
    end(outcome) {
      if ('exitCode' in outcome) channel.send(frameTypes.exit, { code: outcome.exitCode });
      else channel.send(frameTypes.result, outcome.result, encodeText(outcome.json));
      if (renew === undefined) return;
      renew();
      channel.send(frameTypes.ready, {});
    },
  };
  const take: Readonly<Record<number, (frame: Frame) => void>> = {
    [frameTypes.job]: ({ json, bytes }) => {
      const job = parse(json) as JobMessage;
      engine.run({ ...job, contents: bytes, leftMs: countDown(job.wallMs) }, host);
    },
    [frameTypes.settle]: ({ json, bytes }) =>
      settle?.((parse(json) as SettleMessage).id, json, bytes as Uint8Array<ArrayBuffer>),
    [frameTypes.callback]: ({ json, bytes }) =>
      callBack?.(parse(json) as CallbackMessage, bytes as Uint8Array<ArrayBuffer>),
    [frameTypes.download]: ({ json, bytes }) =>
      takeDownload?.(parse(json) as DownloadMessage, bytes),
    [frameTypes.cdpReceive]: (frame) => takeCdp?.(textOf(frame)),
  };
  channel.listen((frame) => {
    const type = fetchAnswers[frame.type];
    if (type === undefined) return take[frame.type]?.(frame);
    const answer = { type, ...(parse(frame.json) as object) } as FetchAnswer;
    // The frame reader copies the bytes of each frame into a buffer of their size.
    answerFetch?.(answer, frame.bytes as Uint8Array<ArrayBuffer>);
  });
  close?.();
  channel.send(frameTypes.ready, {});
}
