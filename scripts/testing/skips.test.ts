import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestRecord } from './records.ts';
import { isStrict, parseAllowedSkips, refuseSkips } from './skips.ts';

const skipped: TestRecord = { outcome: 'skipped', name: 'a > b', reason: 'no kvm', failure: '' };

test('refuseSkips fails a skipped test that is not on the list', () => {
  const [record] = refuseSkips([skipped], []);
  assert.equal(record?.outcome, 'failed');
  assert.match(record?.failure ?? '', /no kvm/);
});

test('refuseSkips lets a test on the list be skipped', () => {
  assert.deepEqual(refuseSkips([skipped], [{ name: 'a > b', reason: 'no kvm' }]), [skipped]);
});

test('refuseSkips wants both the name and the reason to match', () => {
  for (const allowed of [
    { name: 'a > b', reason: 'another reason' },
    { name: 'b', reason: 'no kvm' },
  ]) {
    assert.equal(refuseSkips([skipped], [allowed])[0]?.outcome, 'failed');
  }
});

test('refuseSkips fails a test that was skipped without a reason', () => {
  const [record] = refuseSkips([{ ...skipped, reason: '' }], []);
  assert.match(record?.failure ?? '', /no reason given/);
});

test('refuseSkips leaves passed and failed tests alone', () => {
  const records: TestRecord[] = [
    { ...skipped, outcome: 'passed', reason: '' },
    { ...skipped, outcome: 'failed', reason: '', failure: 'Error: no' },
  ];
  assert.deepEqual(refuseSkips(records, []), records);
});

test('parseAllowedSkips throws on anything but names with reasons', () => {
  for (const list of ['{}', '[null]', '["x"]', '[{"name":"x"}]', '[{"name":"x","reason":" "}]']) {
    assert.throws(() => parseAllowedSkips(list), /skip/);
  }
  assert.throws(() => parseAllowedSkips('[{"name":"x","reason":"y","file":"z"}]'), /name, reason/);
  assert.deepEqual(parseAllowedSkips('[{"name":"x","reason":"y"}]'), [{ name: 'x', reason: 'y' }]);
});

test('isStrict reads CI as a word for yes or no', () => {
  assert.deepEqual(
    [{}, { CI: '' }, { CI: 'false' }, { CI: '0' }, { CI: 'true' }, { CI: '1' }].map(isStrict),
    [false, false, false, false, true, true],
  );
});
