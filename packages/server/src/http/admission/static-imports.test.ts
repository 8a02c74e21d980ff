import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '@castellan/protocol';
import { firstStatic } from './static-imports.ts';

const at = (line: number, column: number, file = 'script.js'): Problem => ({
  code: 'module_denied',
  message: '',
  file,
  line,
  column,
});

test('firstStatic finds places in lines of every ending', () => {
  const source = '1;\r\n2;\r3;\n4;\u2028  import "fs"';
  assert.deepEqual(firstStatic([at(4, 1), at(5, 3)], source), at(5, 3));
  assert.equal(firstStatic([at(5, 1), at(6, 1), at(1, 9)], source), undefined);
});

test('firstStatic looks into the file of each problem', () => {
  const files = { 'a.js': 'import("fs")', 'b.js': '\nexport * from "fs"' };
  const problems = [at(1, 1, 'a.js'), at(2, 1, 'b.js'), at(1, 1, 'c.js')];
  assert.equal(firstStatic(problems, { files, entry: 'a.js' }), problems[1]);
});

test('firstStatic reads a source once for all of its problems', () => {
  const text = 'import("a")\n'.repeat(1_000);
  let reads = 0;
  const counting = {
    length: text.length,
    charCodeAt: (index: number) => (reads++, text.charCodeAt(index)),
    slice: (from: number, to: number) => text.slice(from, to),
  } as unknown as string;
  const problems = Array.from({ length: 1_000 }, (_, index) => at(index + 1, 1));
  assert.equal(firstStatic(problems, { files: { 'script.js': counting }, entry: 'x' }), undefined);
  assert.ok(reads <= text.length, `${reads} reads of ${text.length} characters`);
});
