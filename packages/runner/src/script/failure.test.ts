import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimableReason, failureOf, failureOfRefusal, locate, syntaxRefusal } from './failure.ts';
import { denied } from './allowed.ts';
import { originalColumn } from './edits.ts';
import { Refusal } from './refusal.ts';

/** An error as isolated-vm copies it out of the guest. */
function copy(message: string, stack = `Error: ${message}`): Error {
  return Object.assign(new Error(message), { stack });
}

test('failureOf keeps the guest half of a stack', () => {
  const stack = 'Error: m\n    at a.js:1:2\n    at (<isolated-vm boundary>)\n    at host.js:3:4';
  const expected = { name: 'Error', message: 'm', stack: 'Error: m\n    at a.js:1:2' };
  assert.deepEqual(failureOf(copy('m', stack)), { reason: 'uncaught_exception', ...expected });
});

test('failureOf knows a refusal by what the guest received, and not by its wording', () => {
  const { message, reason } = denied('fs', ['path']);
  assert.equal(failureOf(copy(message), new Map([[message, reason]])).reason, 'module_denied');
  assert.equal(failureOf(copy(message)).reason, 'uncaught_exception');
});

for (const [thrown, reason, message] of [
  [
    copy('Isolate was disposed during execution'),
    'uncaught_exception',
    'Isolate was disposed during execution',
  ],
  [copy('Array buffer allocation failed'), 'uncaught_exception', 'Array buffer allocation failed'],
  [
    new RangeError('Array buffer allocation failed'),
    'allocation_failed',
    'Array buffer allocation failed',
  ],
  ['text', 'uncaught_exception', 'text'],
  [{ a: 1 }, 'uncaught_exception', '{"a":1}'],
  [undefined, 'uncaught_exception', 'undefined'],
] as const) {
  test(`failureOf describes ${message}`, () => {
    const failure = failureOf(thrown);
    assert.deepEqual([failure.reason, failure.message], [reason, message]);
  });
}

test('syntaxRefusal reads the place at the end of a message', () => {
  const { reason, message, place } = syntaxRefusal(copy('Unexpected token [dir/a.js:12:3]'));
  const expected = ['syntax_error', 'Unexpected token', { file: 'dir/a.js', line: 12, column: 3 }];
  assert.deepEqual([reason, message, place], expected);
  assert.equal(syntaxRefusal(copy('Unexpected token')).place, null);
});

test('failureOfRefusal puts the place on top of the stack', () => {
  const place = { file: 'a.js', line: 1, column: 2 };
  const { name, stack } = failureOfRefusal(new Refusal('syntax_error', 'm', place));
  assert.deepEqual([name, stack], ['SyntaxError', 'SyntaxError: m\n    at a.js:1:2']);
});

test('locate maps columns back, and drops frames of other files', () => {
  const stack = [
    'Error: m',
    '    at f (castellan:prelude:1:1)',
    '    at f (a.js:1:30)',
    '    at b.js:2:3',
    '    at node:internal/x:1:1',
  ].join('\n');
  const shifts = [{ line: 1, start: 1, end: 11, length: 21 }];
  const files: Record<string, typeof shifts> = { 'a.js': shifts, 'b.js': [] };
  const located = locate({ name: 'Error', message: 'm', stack }, ({ file, line, column }) => {
    const known = files[file];
    return known && { file, line, column: originalColumn(known, line, column) };
  });
  const own = 'Error: m\n    at f (a.js:1:19)\n    at b.js:2:3';
  assert.deepEqual(located, {
    name: 'Error',
    message: 'm',
    stack: own,
    file: 'a.js',
    line: 1,
    column: 19,
  });
});

test('claimableReason takes a reason that a box may not claim for an exception', () => {
  assert.equal(claimableReason('module_denied'), 'module_denied');
  assert.equal(claimableReason('wall_timeout'), 'uncaught_exception');
});
