import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFrame, type Frame, FrameReader, frameTypes, upTo } from '@castellan/protocol/frames';
import type { Channel } from '../channel/channel.ts';
import type { Engine, EngineHost } from './engine.ts';
import { serve } from './serve.ts';

/** A runner whose launcher is the test. */
function serving(engine: Engine, renew?: () => void) {
  const sent: unknown[] = [];
  let take: (frame: Frame) => void = () => undefined;
  const channel = {
    send: (type: number, message: object, bytes?: Uint8Array) =>
      sent.push([type, message, bytes === undefined ? '' : Buffer.from(bytes).toString()]),
    listen: (listener: (frame: Frame) => void) => (take = listener),
    waitForReply: () => ({ json: '{}' }),
  };
  serve(channel as unknown as Channel, engine, renew);
  return {
    sent,
    receive(type: number, message: object, bytes = ''): void {
      const frames = new FrameReader(() => upTo(1_000));
      const encoded = encodeFrame(type, JSON.stringify(message), Buffer.from(bytes));
      for (const frame of frames.push(encoded)) take(frame);
    },
  };
}

test('serve says ready, and hands frames to the run that has subscribed to them', () => {
  const received: unknown[] = [];
  const { sent, receive } = serving({
    run(job, host) {
      received.push({ mode: job.mode });
      host.onSettle((id, reply) => received.push(['settle', id, reply]));
      host.onCdp((text) => received.push(['cdp', text]));
      host.onFetch((answer, bytes) => received.push([answer, Buffer.from(bytes).toString()]));
    },
  });
  assert.deepEqual(sent, [[frameTypes.ready, {}, '']]);
  receive(frameTypes.settle, { id: 1 });
  receive(frameTypes.job, { mode: 'run' });
  receive(frameTypes.settle, { id: 2 });
  receive(frameTypes.cdpReceive, {}, '{"a":1}');
  receive(frameTypes.fetchChunk, { id: 3 }, 'bytes');
  receive(frameTypes.fetchCredit, { id: 3, credit: 4 });
  assert.deepEqual(received, [
    { mode: 'run' },
    ['settle', 2, '{"id":2}'],
    ['cdp', '{"a":1}'],
    [{ type: 'chunk', id: 3 }, 'bytes'],
    [{ type: 'credit', id: 3, credit: 4 }, ''],
  ]);
});

const ending = (outcome: Parameters<EngineHost['end']>[0]): Engine => ({
  run: (_job, host) => host.end(outcome),
});
const result = { ok: true, pending: null } as const;

test('serve sends a result with its value, and an exit with its code', () => {
  const good = serving(ending({ result, json: '1' }));
  good.receive(frameTypes.job, {});
  assert.deepEqual(good.sent.at(-1), [frameTypes.result, result, '1']);
  const exit = serving(ending({ exitCode: 3 }));
  exit.receive(frameTypes.job, {});
  assert.deepEqual(exit.sent.at(-1), [frameTypes.exit, { code: 3 }, '']);
});

test('serve renews a reusable runner after the result is sent, and says ready again', () => {
  const sentAtRenewal: number[] = [];
  const runner = serving(ending({ result, json: '1' }), () =>
    sentAtRenewal.push(runner.sent.length),
  );
  runner.receive(frameTypes.job, {});
  assert.deepEqual(sentAtRenewal, [2]);
  assert.deepEqual(runner.sent.at(-1), [frameTypes.ready, {}, '']);
});
