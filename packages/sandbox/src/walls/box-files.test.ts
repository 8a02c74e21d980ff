import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeFrame,
  FrameReader,
  frameTypes,
  type JobMessage,
  upTo,
} from '@castellan/protocol/frames';
import { locateParts } from '../boxes/runner/parts.ts';
import { runners } from '../boxes/runner/runners.ts';
import { bubblewrap } from '../drivers/bubblewrap/bubblewrap.ts';
import { holdings } from '../drivers/fixtures/leftovers.ts';

const mebi = 2 ** 20;
const job: Omit<JobMessage, 'files'> = {
  mode: 'run',
  program: null,
  entry: 'script.js',
  language: 'auto',
  input: { params: '{}', env: {}, stdin: '' },
  timezone: null,
  data: [],
  helpers: {},
  modules: ['node:fs'],
  noPackages: null,
  wallMs: 10_000,
  outputBytes: 1_000,
  valueBytes: 1_000,
  browser: null,
  request: null,
  ca: null,
};

test('what lies in the files of a node engine’s box is its memory, also without a cgroup', async () => {
  const driver = runners(bubblewrap(), locateParts());
  await driver.check('node');
  const before = holdings();
  {
    const spec = { engine: 'node', memoryBytes: 64 * mebi, cpuMs: 5_000 } as const;
    await using box = await driver.start({ ...spec, jitless: false, reusable: false });
    const frames = new FrameReader(() => upTo(mebi));
    const seen = Promise.withResolvers<void>();
    box.channel.on('data', (chunk: Buffer) => {
      for (const { type, json } of frames.push(chunk)) {
        if (type === frameTypes.ready) {
          box.startMetering();
          const text = `const piece = Buffer.alloc(${mebi}); const file = require('node:fs').openSync('x', 'w');
            for (let at = 0; at < 40; at++) require('node:fs').writeSync(file, piece); console.log('written'); await new Promise((done) => setTimeout(done, 1e8));`;
          const files = { 'script.js': text };
          box.channel.write(encodeFrame(frameTypes.job, JSON.stringify({ ...job, files })));
        } else if (type === frameTypes.log) seen.resolve();
        else if (type === frameTypes.result) seen.reject(new Error(`It ended: ${json}`));
      }
    });
    await seen.promise;
    assert.ok(box.meter().memoryBytes > 40 * mebi, `${box.meter().memoryBytes}`);
    box.kill();
    await box.exited;
    assert.ok(box.meter().memoryPeakBytes > 40 * mebi);
  }
  assert.deepEqual(holdings(), before);
});
