import assert from 'node:assert/strict';
import type { Row } from '../harness/attack.ts';

/** B: modules and paths. */
export const moduleRows: readonly Row[] = [
  { program: '01-builtins.js', ends: [null], tries: 1_000 },
  { program: '02-spellings.js', ends: [null], tries: 150 },
  { program: '03-static-import.make.js', ends: ['module_denied'] },
  { program: '04-static-import-chain.make.js', ends: ['module_denied'] },
  { program: '05-own-names.make.js', ends: [null], tries: 200 },
  {
    program: '06-module-cache.js',
    before: "require('./script.js'); return 1",
    ends: [null],
    check: ({ value }) => assert.equal(value, true),
  },
];
