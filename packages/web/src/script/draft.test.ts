import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOf, requestOf, type Writing } from './draft.ts';
import { noInput, readParams } from './input.ts';

const writing: Writing = {
  files: [{ name: 'script.ts', text: 'return 1' }],
  params: '{}',
  policy: null,
  isolation: null,
  limits: {},
  browser: true,
  ...noInput,
};

test('requestOf sends what was chosen and leaves the rest to the policy', () => {
  assert.deepEqual(requestOf(writing), { code: 'return 1' });
  const chosen = {
    ...writing,
    params: '[1]',
    policy: 'p',
    isolation: 'oci',
    limits: { wallMs: 9 },
    browser: false,
  } as const;
  assert.deepEqual(requestOf(chosen), {
    code: 'return 1',
    params: [1],
    policy: 'p',
    isolation: 'oci',
    limits: { wallMs: 9 },
    browser: false,
  });
  assert.deepEqual(requestOf({ ...writing, params: '[]' }), { code: 'return 1', params: [] });
  assert.deepEqual(requestOf({ ...writing, params: 'null' }), { code: 'return 1', params: null });
});

test('requestOf sends files where a name says what kind they are, or where there are several', () => {
  const [file] = writing.files;
  const tsx = { name: 'a.tsx', text: '<a/>' };
  assert.deepEqual(requestOf({ ...writing, files: [tsx] }), {
    files: { 'a.tsx': '<a/>' },
    entry: 'a.tsx',
  });
  assert.deepEqual(requestOf({ ...writing, files: [file ?? tsx, tsx] }), {
    files: { 'script.ts': 'return 1', 'a.tsx': '<a/>' },
    entry: 'script.ts',
  });
});

test('requestOf sends the input of a run, with files as bytes beside the script', () => {
  const data = [{ name: 'rows.bin', base64: 'AAE=' }];
  const input = { env: 'A=1\nB=x y', stdin: 'line\n', data, record: { video: true } };
  assert.deepEqual(requestOf({ ...writing, ...input }), {
    files: { 'rows.bin': { base64: 'AAE=' }, 'script.ts': 'return 1' },
    entry: 'script.ts',
    env: { A: '1', B: 'x y' },
    stdin: 'line\n',
    record: { video: true },
  });
  assert.equal(faultOf(writing), null);
  assert.match(faultOf({ ...writing, env: '=' }) ?? '', /^Line 1 is "=", not NAME=value/);
  assert.throws(() => requestOf({ ...writing, env: '=' }), SyntaxError);
});

test('readParams says what is wrong with text that is no JSON', () => {
  assert.deepEqual(readParams(' '), { value: {} });
  assert.deepEqual(readParams('{"a":[1]}'), { value: { a: [1] } });
  assert.ok('wrong' in readParams('{a:1}'));
  assert.throws(() => requestOf({ ...writing, params: '{' }), SyntaxError);
});
