import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostSpecifiers, scanSpecifiers } from './scan.ts';

test('scanSpecifiers finds relative names in all kinds of quotes, each once', () => {
  const text = `
    import a from './a.ts';
    import b from "../b.js"; import './a.ts';
    const c = await import(\`./c\`), d = require('.'), e = require("..");
  `;
  assert.deepEqual(scanSpecifiers(text), ['./a.ts', '../b.js', './c', '.', '..']);
});

test('scanSpecifiers leaves out what is not relative, not closed or not constant', () => {
  const text = "'fs' '/etc/passwd' './open\n' `./${name}` '.hidden' 'a/./b' '...' './esc\\x61pe'";
  assert.deepEqual(scanSpecifiers(text), []);
});

test('scanSpecifiers sees a name behind a stray quote', () => {
  assert.deepEqual(scanSpecifiers(`// don't\nimport "./a.ts"; '.'./b'`), ['./a.ts', '.', './b']);
});

test('scanSpecifiers stops at a number of names', () => {
  const text = Array.from({ length: mostSpecifiers + 10 }, (_, index) => `'./${index}'`).join();
  assert.equal(scanSpecifiers(text).length, mostSpecifiers);
});

test('scanSpecifiers comes to an end on hostile text', () => {
  // A scan that is not linear takes minutes for a mebibyte, longer than a test may run.
  const found = ["'./", "'../../", '"./a\\', "'.", '`./${', "'./a/"].map((part) =>
    scanSpecifiers(part.repeat(2 ** 20 / part.length)),
  );
  assert.deepEqual(found, [['./'], ['../../'], [], ['.'], [], ['./a/']]);
});
