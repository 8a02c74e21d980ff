import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOption } from './kind.ts';
import { base64Bytes, faultOfEntry, faultOfFiles, sourceFiles } from './source.ts';

const refusal = (files: unknown): string => {
  try {
    readOption(sourceFiles, files, 'files');
    return 'taken';
  } catch (error) {
    return (error as Error).message;
  }
};

test('files are texts and base64, under any relative path', () => {
  const files = {
    'main.js': '1',
    'data.csv': 'a,b',
    'no-ending': '',
    '.hidden': '',
    'deep/er/ünï.png': { base64: '/+8=' },
    'empty.bin': { base64: '' },
    __proto__x: '',
  };
  assert.deepEqual(sourceFiles.read(files), files);
});

test('base64 that is none is refused with the place, and never decoded', () => {
  for (const [base64, message] of [
    ['AA=A', /files\["a\.bin"\]\.base64 must be base64: its character 3 is none of/],
    ['AAAA\n', /its character 5 is none/],
    ['A-_A', /its character 2 is none/],
    ['A===', /its character 2 is none/],
    ['AAA', /its length is a multiple of 4, and this has 3, not "AAA"/],
    ['=', /its length is a multiple of 4/],
    ['\u{1F600}', /its character 1 is none/],
    [5, /must be base64: a text of .*, not 5/],
    [undefined, /must be base64: a text/],
    [`${'A'.repeat(4_000_000)}!`, /its character 4000001 is none/],
  ] as const) {
    assert.match(refusal({ 'a.bin': { base64 } }), message);
  }
  assert.match(refusal({ a: { base64: '', more: 1 } }), /no option files\.a\.more.*Known: base64/);
  assert.match(refusal({ a: 5 }), /files\.a must be a text, or an object \{ base64 \}, not 5/);
  assert.match(refusal({ a: null }), /not null/);
  assert.match(refusal([]), /files must be an object of texts and \{ base64 \} by path/);
});

test('paths that leave the folder, or that a system takes otherwise, are refused', () => {
  for (const path of [
    '',
    '/etc/passwd',
    '../a.csv',
    'a/../b.csv',
    './a.csv',
    'a//b',
    'a/',
    'a\\b.csv',
    'c:a.csv',
    'a\0.csv',
    'a\n.csv',
    'a\ud800.csv',
    'x'.repeat(256),
    'ü'.repeat(128),
    `${'x/'.repeat(300)}x`,
  ]) {
    assert.match(refusal({ [path]: '' }), /must be a relative path/, path);
  }
});

test('base64Bytes counts what would be decoded', () => {
  for (const length of [0, 1, 2, 3, 4, 1_000]) {
    assert.equal(base64Bytes(Buffer.alloc(length).toString('base64')), length);
  }
});

test('a file is no folder, and data files and their folders are bounded', () => {
  assert.equal(faultOfFiles(['main.js', 'a', 'A', 'b/c', 'b/C', 'lib/x.js']), null);
  assert.deepEqual(faultOfFiles(['main.js', 'a/b.csv', 'a']), {
    path: 'a/b.csv',
    fault: 'lies in a folder that is a file as well',
  });
  const many = Array.from({ length: 1_001 }, (_, index) => `${index}.csv`);
  assert.match(faultOfFiles(many)?.fault ?? '', /more than 1000 data files/);
  const deep = Array.from({ length: 20 }, (_, index) => `${index}/${'d/'.repeat(200)}x`);
  assert.match(faultOfFiles(deep)?.fault ?? '', /more than 1000 folders/);
  const scripts = Array.from({ length: 2_000 }, (_, index) => `${index}/x.js`);
  assert.equal(faultOfFiles(scripts), null);
});

test('an entry is a script among the files', () => {
  assert.equal(faultOfEntry({ 'a.js': '' }, 'a.js'), null);
  assert.match(faultOfEntry({ 'a.js': '' }, 'toString') ?? '', /is not among the files/);
  for (const name of ['a.json', 'a.csv']) {
    assert.match(faultOfEntry({ [name]: '' }, name) ?? '', /is data, and no script: .*\.js/);
  }
});
