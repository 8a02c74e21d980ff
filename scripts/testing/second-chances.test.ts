import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseSecondTries, mostSecondTries, parseSecondChances } from './second-chances.ts';

const chances = [{ path: 'test/browser/', reason: 'drives a browser' }];

test('chooseSecondTries takes what the list names, and nothing that tells whether a wall holds', () => {
  const failed = [
    'test/browser/pages.test.ts',
    'test/browser/attacks.test.ts',
    'test/browser/hostile.test.ts',
    'test/contract/values.test.ts',
  ];
  assert.deepEqual(chooseSecondTries(failed, chances), ['test/browser/pages.test.ts']);
});

test('chooseSecondTries takes none of too many', () => {
  const failed = Array.from({ length: mostSecondTries + 1 }, (_, n) => `test/browser/${n}.test.ts`);
  assert.deepEqual(chooseSecondTries(failed, chances), []);
  assert.equal(chooseSecondTries(failed.slice(1), chances).length, mostSecondTries);
});

test('parseSecondChances throws on anything but paths with reasons', () => {
  for (const list of ['{}', '[null]', '["x"]', '[{"path":"x"}]', '[{"path":"x","reason":" "}]']) {
    assert.throws(() => parseSecondChances(list), /second chance/);
  }
  assert.throws(() => parseSecondChances('[{"path":"x","reason":"y","z":1}]'), /path, reason/);
  assert.deepEqual(parseSecondChances('[{"path":"x","reason":"y"}]'), [{ path: 'x', reason: 'y' }]);
});
