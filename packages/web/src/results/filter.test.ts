import type { LogLine } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Filter, rowsIn, shownText } from './filter.ts';

const line = (level: LogLine['level'], text: string): LogLine => {
  return { seq: 1, time: '', stream: 'stdout', level, text };
};

test('Filter finds lines by level and by text in any case, also those that come later', () => {
  const lines = [line('info', 'One'), line('warn', 'one more'), line('info', 'two')];
  assert.equal(new Filter({ level: null, text: '' }).find(lines), null);
  const byText = new Filter({ level: null, text: 'ONE' });
  assert.deepEqual(byText.find(lines), [0, 1]);
  lines.push(line('error', 'none'));
  assert.deepEqual(byText.find(lines), [0, 1, 3]);
  assert.deepEqual(new Filter({ level: 'info', text: 'o' }).find(lines), [0, 2]);
});

test('rowsIn is the window and a few rows around it', () => {
  assert.deepEqual(rowsIn({ top: 0, height: 100 }, 20, 3), { from: 0, to: 3 });
  assert.deepEqual(rowsIn({ top: 2_000, height: 100 }, 20, 100_000), { from: 92, to: 113 });
  assert.deepEqual(rowsIn({ top: 2_000, height: 100 }, 20, 10), { from: 0, to: 10 });
  assert.deepEqual(rowsIn({ top: 2_000, height: 100 }, 20, 60), { from: 47, to: 60 });
  assert.deepEqual(rowsIn({ top: 2_000, height: 100 }, 20, 0), { from: 0, to: 0 });
});

test('shownText leaves colours out and makes other control characters visible', () => {
  assert.equal(shownText('\u001b[31mred\u001b[0m'), 'red');
  assert.equal(shownText('a\u0000\u0007\u007f\tb'), 'a\u2400\u2407\u2421\tb');
});
