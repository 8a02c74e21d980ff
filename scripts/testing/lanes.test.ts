import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { runInLanes, waitingFiles } from './lanes.ts';

test('runInLanes runs each file once, and one that waits beside as many others as there are lanes', async () => {
  const [first = '', second = ''] = waitingFiles;
  const files = ['a', first, 'b', second, 'c'];
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const all = runInLanes(files, 2, async (file) => {
    started.push(file);
    await new Promise<void>((done) => ends.push(done));
  });
  assert.deepEqual(started.toSorted(), [first, 'a', 'b'].toSorted());
  while (ends.length > 0) {
    ends.shift()?.();
    await new Promise((done) => setImmediate(done));
  }
  await all;
  assert.deepEqual(started.toSorted(), files.toSorted());
});

test('each file that is said to wait is there', () => {
  const root = new URL('../../', import.meta.url);
  for (const file of waitingFiles) assert.ok(existsSync(new URL(file, root)), file);
});
