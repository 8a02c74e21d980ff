import { FrameError, frameTypes } from '@castellan/protocol/frames';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWorkerMessage } from './inbound.ts';
import { resolveBrowserLimits } from './limits.ts';

const limits = resolveBrowserLimits({ outputBytes: 100, valueBytes: 100 });
const { call, compiled, job, log, progress, ready, result, settled, waiting } = frameTypes;
const error = { name: 'E', message: 'm', stack: '', file: null, line: null, column: null };

const hostile: Readonly<Record<string, unknown>> = {
  'no list': { type: log },
  'a list that is too long': [log, '{"level":"info"}', 'x', 1],
  'nothing at all': undefined,
  'an object with toString': [log, { toString: () => '{}' }, 'x'],
  'fields that are no JSON': [log, '{', 'x'],
  'fields that are no object': [log, '1', 'x'],
  'fields that are very long': [compiled, `{"x":"${'y'.repeat(20_000)}"}`, null],
  'fields of many values': [compiled, `{"x":[${'1,'.repeat(1_000)}1]}`, null],
  'fields that are deep': [compiled, `${'['.repeat(100)}${']'.repeat(100)}`, null],
  'an unknown type': [99, '{}', null],
  'a type that pages send': [job, '{}', '{}'],
  'a type that is text': ['3', '{"level":"info"}', 'x'],
  'a level that there is none of': [log, '{"level":"fatal"}', 'x'],
  'a line that is an object': [log, '{"level":"info"}', { length: 1 }],
  'a line that is too long': [log, '{"level":"info"}', 'x'.repeat(102)],
  'a fraction of two': [progress, '{"fraction":2,"text":""}', null],
  'a fraction that is text': [progress, '{"fraction":"0.5","text":""}', null],
  'a call without a path': [call, '{"id":1}', '[]'],
  'a call with a negative id': [call, '{"id":-1,"path":"a"}', '[]'],
  'a call without arguments': [call, '{"id":1,"path":"a"}', null],
  'a value that is too long': [settled, '{}', 'x'.repeat(101)],
  'a value that is deep': [settled, '{}', '['.repeat(2_000)],
  'a reason that a script may not claim': [
    result,
    JSON.stringify({ ok: false, reason: 'wall_timeout', error }),
    null,
  ],
  'an error that is none': [result, '{"ok":false,"reason":"uncaught_exception","error":1}', null],
  'an end that is neither': [result, '{"ok":"yes"}', '1'],
  'a wall as a number': [ready, '{"missing":1}', null],
  'a long wait': [waiting, JSON.stringify({ pending: 'x'.repeat(2_000) }), null],
};

for (const [name, data] of Object.entries(hostile)) {
  test(`readWorkerMessage refuses what no honest worker posts: ${name}`, () => {
    const limited = { ...limits, valueBytes: name.includes('deep') ? 1e6 : limits.valueBytes };
    assert.throws(() => readWorkerMessage(data, limited), FrameError);
  });
}

test('readWorkerMessage copies what it knows and leaves the rest', () => {
  const text = JSON.stringify({
    ok: false,
    reason: 'no_entry',
    error: { ...error, extra: 1 },
    x: 1,
  });
  assert.deepEqual(readWorkerMessage([result, text, null], limits), {
    type: 'result',
    result: { ok: false, reason: 'no_entry', error },
    json: '',
  });
});
