import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeName, isSourcePath, resolveRelative } from './paths.ts';

const files = new Set(['main.ts', 'a.js', 'lib/b.ts', 'lib/index.mjs', 'd.json', 'lib/deep/c.cts']);
const has = (path: string): boolean => files.has(path);

test('resolveRelative finds files as scripts name them', () => {
  assert.equal(resolveRelative('./a.js', 'main.ts', has), 'a.js');
  assert.equal(resolveRelative('./a', 'main.ts', has), 'a.js');
  assert.equal(resolveRelative('./lib/b.js', 'main.ts', has), 'lib/b.ts');
  assert.equal(resolveRelative('./lib', 'main.ts', has), 'lib/index.mjs');
  assert.equal(resolveRelative('../d.json', 'lib/b.ts', has), 'd.json');
  assert.equal(resolveRelative('./deep/c.cjs', 'lib/b.ts', has), 'lib/deep/c.cts');
  assert.equal(resolveRelative('.', 'lib/b.ts', has), 'lib/index.mjs');
});

test('resolveRelative finds nothing outside the folder of the entry', () => {
  for (const specifier of ['../a.js', '../../etc/passwd', './../main.ts', './lib/../../a.js']) {
    assert.equal(
      resolveRelative(specifier, 'main.ts', () => true),
      null,
      specifier,
    );
  }
});

test('isSourcePath refuses what is no plain relative path to a source file', () => {
  for (const path of ['a.js', 'a/b.ts', '.hidden.js', 'ünï.mts', 'd.json'])
    assert.ok(isSourcePath(path), path);
  for (const path of [
    '',
    '/a.js',
    'a',
    'a.txt',
    '../a.js',
    'a/../b.js',
    'a//b.js',
    './a.js',
    'a\\b.js',
    'c:a.js',
    'a\u0000.js',
    'a\n.js',
    `${'x'.repeat(600)}.js`,
  ]) {
    assert.ok(!isSourcePath(path), path);
  }
});

test('freeName puts the first free number before the ending', () => {
  const taken = new Set([
    'a.csv',
    'a (1).csv',
    '.env',
    'none',
    'a.tar.gz',
    'Dr. No 2.5 GB',
    'x.gz',
  ]);
  const free = (name: string): string => freeName(name, (each) => taken.has(each));
  assert.equal(free('b.csv'), 'b.csv');
  assert.equal(free('a.csv'), 'a (2).csv');
  assert.equal(free('.env'), '.env (1)');
  assert.equal(free('none'), 'none (1)');
  assert.equal(free('a.tar.gz'), 'a (1).tar.gz');
  assert.equal(free('x.gz'), 'x (1).gz');
  assert.equal(free('Dr. No 2.5 GB'), 'Dr. No 2.5 GB (1)');
});
