import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseVersion } from './choose.ts';
import type { FunctionRecord, Pointer } from './record.ts';

const functionWith = (aliases: Readonly<Record<string, Pointer>>): FunctionRecord => ({
  id: 'fn_1',
  tenant: 'acme',
  name: 'f',
  newest: 9,
  aliases,
  createdAt: '',
  updatedAt: '',
});
const live = { version: 1, percent: null };
const withCanary = (percent: number) =>
  functionWith({ live, canary: { version: 2, percent }, old: { version: 7, percent: null } });
const never = (): number => assert.fail('chance was asked');

test('chooseVersion takes what is named before what is live', () => {
  const record = withCanary(100);
  assert.equal(chooseVersion(record, { version: 5 }, never), 5);
  assert.equal(chooseVersion(record, { alias: 'old' }, never), 7);
  assert.equal(chooseVersion(record, { alias: 'live' }, never), 1);
  assert.equal(chooseVersion(record, { alias: 'canary' }, never), 2);
  assert.equal(chooseVersion(functionWith({ live }), {}, never), 1);
});

test('chooseVersion gives a canary its share, and at 0 and 100 nothing else', () => {
  for (const [percent, point, version] of [
    [0, 0, 1],
    [10, 0.099, 2],
    [10, 0.1, 1],
    [100, 0.999_999, 2],
  ] as const) {
    assert.equal(
      chooseVersion(withCanary(percent), {}, () => point),
      version,
    );
  }
});

test('chooseVersion keeps a key on its side, also when the share grows', () => {
  const keys = Array.from({ length: 1_000 }, (_, n) => `user ${n}`);
  const inCanary = (percent: number) =>
    new Set(
      keys.filter((stickyKey) => chooseVersion(withCanary(percent), { stickyKey }, never) === 2),
    );
  const few = inCanary(10);
  const more = inCanary(50);
  assert.deepEqual(inCanary(10), few);
  assert.ok([...few].every((key) => more.has(key)));
  // Fixed by the hash: about the shares that were asked for.
  assert.ok(few.size > 70 && few.size < 130, `${few.size}`);
  assert.ok(more.size > 450 && more.size < 550, `${more.size}`);
});

test('chooseVersion says what there is in place of what is not', () => {
  assert.throws(() => chooseVersion(withCanary(1), { alias: 'beta' }), {
    fault: 'no_version',
    message: 'The function "f" has no alias "beta". It has: live, canary, old.',
  });
  assert.throws(
    () => chooseVersion(functionWith({}), {}),
    /No version of the function "f" is live/,
  );
  assert.throws(() => chooseVersion(functionWith({}), { alias: '__proto__' }), /no alias/);
});
