import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedPackages } from './package-types.ts';

test('namedPackages are those that a script imports, and no others', () => {
  const names = (text: string): string[] =>
    namedPackages([{ name: 'script.ts', text }], ['zod', 'lodash', 'ms']);
  assert.deepEqual(names('import { z } from "zod"; const a = require(\'lodash/groupBy\');'), [
    'zod',
    'lodash',
  ]);
  assert.deepEqual(names('const zod = 1; import "zodiac"; // lodash'), []);
});
