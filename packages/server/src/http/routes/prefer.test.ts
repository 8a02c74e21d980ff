import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWait } from './prefer.ts';

for (const [prefer, seconds] of [
  [undefined, undefined],
  ['', undefined],
  ['wait=25', 25],
  ['respond-async, wait=10', 10],
  ['wait=10, handling=lenient', 10],
  ['Wait = "5"', 5],
  ['wait=0', 0],
  ['wait=100000', 60],
  ['wait=-1', undefined],
  ['wait=1.5', undefined],
  ['wait', undefined],
  ['await=5', undefined],
  ['wait=5x', undefined],
  [['respond-async', 'wait=3'], 3],
] as const) {
  test(`readWait of ${JSON.stringify(prefer)} is ${seconds}`, () => {
    assert.equal(readWait(prefer), seconds);
  });
}
