import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFrame, type Frame, FrameReader, frameTypes, upTo } from '@castellan/protocol/frames';
import type { BoxSpec } from '../boxes/runner/box.ts';
import { none } from '../drivers/none/none.ts';
import { locateParts } from '../boxes/runner/parts.ts';
import { jobWith } from './fixtures/job.ts';
import { jobMessage } from './job.ts';

const text = 'console.log("ran"); void artifacts.write("canary.txt", "ran"); return 1';
const files = { 'script.js': text };
const source = { entry: 'script.js', files, data: new Map(), language: 'auto' } as const;
const job = jobMessage(jobWith({ source }), null);

/** Types of the frames with which a runner answers a job of this mode. */
async function answered(engine: BoxSpec['engine'], mode: string): Promise<Frame[]> {
  const limits = { memoryBytes: 2 ** 27, cpuMs: 5_000, jitless: false, reusable: false };
  await using box = await none(locateParts()).start({ engine, ...limits });
  const reader = new FrameReader(() => upTo(2 ** 20));
  const frames: Frame[] = [];
  for await (const chunk of box.channel) {
    for (const frame of reader.push(chunk as Buffer)) {
      if (frame.type === frameTypes.ready) {
        box.channel.write(encodeFrame(frameTypes.job, JSON.stringify({ ...job, mode })));
      } else frames.push(frame);
      if (frame.type === frameTypes.result) return frames;
    }
  }
  return frames;
}

for (const engine of ['isolate', 'node'] as const) {
  test(`the runner of the engine ${engine} runs nothing for a check, nor for a mode that it does not know`, async () => {
    const seen = async (mode: string): Promise<number[]> =>
      (await answered(engine, mode)).map(({ type }) => type);
    assert.ok((await seen('run')).includes(frameTypes.log));
    assert.deepEqual(await seen('check'), [frameTypes.result]);
    for (const mode of ['other', '', '__proto__', 'Check']) {
      const [only, ...more] = await answered(engine, mode);
      assert.deepEqual([only?.type, more], [frameTypes.result, []], mode);
      const { ok, error } = JSON.parse(only?.json ?? '') as { ok: boolean; error: object };
      assert.equal(ok, false);
      assert.match(JSON.stringify(error), /The runner knows no mode/);
    }
  });
}
