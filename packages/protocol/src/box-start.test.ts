import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usualBoxStartMs } from './box-start.ts';

test('usualBoxStartMs takes the variable of a slow machine', () => {
  assert.equal(usualBoxStartMs({}), 15_000);
  assert.equal(usualBoxStartMs({ CASTELLAN_BOX_START_MS: '' }), 15_000);
  assert.equal(usualBoxStartMs({ CASTELLAN_BOX_START_MS: '300000' }), 300_000);
});

for (const given of ['0', '999', '-1', '15s', '1e5', ' 20000', '3600001', 'NaN']) {
  test(`usualBoxStartMs refuses ${JSON.stringify(given)}, and names it`, () => {
    assert.throws(() => usualBoxStartMs({ CASTELLAN_BOX_START_MS: given }), {
      code: 'invalid_option',
      message: new RegExp(`^CASTELLAN_BOX_START_MS must be .*${given.trim()}`),
    });
  });
}
