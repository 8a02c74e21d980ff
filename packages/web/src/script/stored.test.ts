import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Writing } from './draft.ts';
import { shareIdIn, shareOf, writingOfShare } from './stored.ts';

const writing: Writing = {
  files: [
    { name: 'z.js', text: 'return "ä"' },
    { name: 'b.ts', text: '' },
  ],
  params: '{\n  "a": 1\n}',
  policy: 'narrow',
  isolation: 'bubblewrap',
  limits: { wallMs: 5 },
  browser: false,
  env: 'TOKEN=secret',
  stdin: 'line',
  data: [{ name: 'a.bin', base64: 'AAE=' }],
  record: { trace: true },
};

test('shareOf has all of a writing but the environment, and writingOfShare reads it', () => {
  const share = shareOf(writing);
  assert.ok(!JSON.stringify(share).includes('secret'));
  const { env: _env, ...rest } = writing;
  assert.deepEqual(writingOfShare(share), rest);
  const one = { ...writing, files: writing.files.slice(0, 1), data: [], params: '{}' };
  assert.deepEqual(writingOfShare(shareOf(one))?.files, [{ name: 'z.js', text: 'return "ä"' }]);
});

test('writingOfShare takes what a program stored, with the file to start first', () => {
  const code = writingOfShare({ code: 'return 1', params: [1] });
  assert.deepEqual(code?.files, [{ name: 'script.ts', text: 'return 1' }]);
  assert.equal(code.params, '[\n  1\n]');
  assert.equal(code.browser, true);
  const files = { 'a.ts': '', 'main.ts': '', 'c.bin': { base64: 'AA==' } };
  const many = writingOfShare({ files, entry: 'main.ts', browser: { viewport: null } as never });
  assert.deepEqual(
    many?.files?.map(({ name }) => name),
    ['main.ts', 'a.ts'],
  );
  assert.deepEqual(many.data, [{ name: 'c.bin', base64: 'AA==' }]);
  assert.equal(writingOfShare({ files: { 'a.bin': { base64: '' } }, entry: 'a.bin' }), null);
});

test('shareIdIn takes no other fragment', () => {
  const id = `shr_${'aB-_'.repeat(5)}09`;
  assert.equal(shareIdIn(`#share=${id}`), id);
  for (const other of [
    '',
    '#share=',
    `#share=${id}a`,
    `#share=${id}/..`,
    '#script=AAAA',
    `share=${id}`,
  ]) {
    assert.equal(shareIdIn(other), null, other);
  }
});
