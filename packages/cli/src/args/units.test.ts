import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  exactDuration,
  exactSize,
  parseCount,
  parseDuration,
  parseSize,
  readableDuration,
  readableSize,
} from './units.ts';

test('parseDuration reads ms, s and m', () => {
  assert.equal(parseDuration('500ms', '--wall'), 500);
  assert.equal(parseDuration('5s', '--wall'), 5_000);
  assert.equal(parseDuration('1.5m', '--wall'), 90_000);
  assert.equal(parseDuration('2 S', '--wall'), 2_000);
});

test('parseSize tells decimal units from binary ones', () => {
  assert.equal(parseSize('64mb', '--memory'), 64_000_000);
  assert.equal(parseSize('64MiB', '--memory'), 64 * 2 ** 20);
  assert.equal(parseSize('10b', '--memory'), 10);
  assert.equal(parseSize('1.1gb', '--memory'), 1_100_000_000);
  assert.equal(parseSize('4kib', '--memory'), 4_096);
});

test('parseDuration says what is wrong with the value it names', () => {
  assert.throws(() => parseDuration('5', '--wall'), /^UsageError: --wall 5 lacks a unit/);
  assert.throws(
    () => parseDuration('5mb', '--wall'),
    /--wall 5mb has an unknown unit. Units: ms s m/,
  );
  assert.throws(
    () => parseDuration('soon', '--wall'),
    /--wall takes a duration such as .*, not "soon"/,
  );
  for (const text of ['', '-5s', '5e3s', '1.s', '.5s', 'Infinitys', '5constructor']) {
    assert.throws(() => parseDuration(text, '--wall'), { name: 'UsageError' }, text);
  }
});

test('parseCount takes whole numbers only', () => {
  assert.equal(parseCount('8', '--artifact-count'), 8);
  for (const text of ['', '1.5', '-1', '8b']) {
    assert.throws(() => parseCount(text, '--artifact-count'), { name: 'UsageError' }, text);
  }
});

test('exactDuration and exactSize give what the parsers read back', () => {
  for (const ms of [1, 999, 1_000, 1_500, 60_000, 90_000]) {
    assert.equal(parseDuration(exactDuration(ms), '--wall'), ms);
  }
  for (const bytes of [0, 1, 1_000, 1_024, 64_000_000, 2 ** 27, 2 ** 27 + 1, 2 ** 30]) {
    assert.equal(parseSize(exactSize(bytes), '--memory'), bytes);
  }
  assert.equal(exactSize(2 ** 27), '128mib');
  assert.equal(exactSize(128_000_000), '128mb');
  assert.equal(exactDuration(10_000), '10s');
});

test('readableSize and readableDuration are short', () => {
  assert.deepEqual([0, 999, 1_234, 56_789, 1.5e9].map(readableSize), [
    '0 B',
    '999 B',
    '1.2 kB',
    '57 kB',
    '1.5 GB',
  ]);
  assert.deepEqual([0.42, 44.6, 9_999, 12_345].map(readableDuration), [
    '0.4 ms',
    '45 ms',
    '9999 ms',
    '12.3 s',
  ]);
});
