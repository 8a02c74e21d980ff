import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caps } from './caps.ts';
import { readRunError } from './run-error.ts';

const plain = { name: 'Error', message: 'm', stack: 's', file: null, line: null, column: null };

function nested(levels: number): object {
  let error: object = plain;
  for (let level = 0; level < levels; level++) error = { ...plain, cause: error };
  return error;
}

test('readRunError copies known fields, and nothing else', () => {
  const given = JSON.parse(
    `{"name":"E","message":"","stack":"","file":"a.js","line":1,"column":2,"code":"C","more":1,
      "cause":{"__proto__":{"a":1},"b":[null,true]},"errors":[3,{"name":"only"}]}`,
  ) as unknown;
  const error = readRunError(given);
  assert.equal(Object.hasOwn(error, 'more'), false);
  assert.deepEqual(
    JSON.stringify([error.code, error.cause, error.errors]),
    '["C",{"__proto__":{"a":1},"b":[null,true]},[3,{"name":"only"}]]',
  );
  assert.deepEqual(readRunError(nested(caps.errorDepth)), nested(caps.errorDepth));
});

const wrong: Readonly<Record<string, unknown>> = {
  'no object': 'text',
  'a list': [plain],
  'a name that is no text': { ...plain, name: 1 },
  'a code that is an object': { ...plain, code: {} },
  'a long code': { ...plain, code: 'c'.repeat(caps.errorCode + 1) },
  'errors that are no list': { ...plain, errors: { length: 1 } },
  'more errors than it may have': { ...plain, errors: Array(caps.errorWidth + 1).fill(null) },
  'more levels than it may have': nested(caps.errorDepth + 1),
  'an inner error with a field of another type': { ...plain, cause: { ...plain, line: -1 } },
  'a long text': { ...plain, cause: 'c'.repeat(caps.innerMessage + 1) },
  'wide JSON': { ...plain, cause: Array(caps.errorWidth + 1).fill(null) },
  'deep JSON': { ...plain, cause: [[[[[[1]]]]]] },
};
for (const [what, error] of Object.entries(wrong)) {
  test(`readRunError refuses ${what}`, () => {
    assert.throws(() => readRunError(error), { name: 'FrameError' });
  });
}
