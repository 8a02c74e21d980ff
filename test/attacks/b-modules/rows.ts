import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../attack.support.ts';

const builtins = [
  'assert',
  'buffer',
  'crypto',
  'events',
  'path',
  'querystring',
  'stream',
  'string_decoder',
  'timers',
  'url',
  'util',
  'zlib',
];

/** What the program itself does, so that it meets its own traces. */
const earlier = readFileSync(join(import.meta.dirname, '09-package-cache.js'), 'utf8');

/** The compiler takes its time, and its memory. */
const compiled = { cpuMs: 6_000, memoryBytes: 256 * 2 ** 20, wallMs: 12_000 };

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
  { program: '07-package-names.js', modules: ['lodash'], ends: [null], tries: 200 },
  {
    program: '08-packages-plundered.js',
    modules: ['*', ...builtins],
    limits: { cpuMs: 3_000, memoryBytes: 256 * 2 ** 20, wallMs: 8_000 },
    ends: [null],
    tries: 1_000,
  },
  {
    program: '09-package-cache.js',
    modules: ['*', 'buffer', 'events'],
    before: earlier,
    ends: [null],
    check: ({ value }) => assert.equal(value, true),
  },
  {
    program: '10-bundle-scope.js',
    modules: ['lodash', 'dayjs', 'sleep', 'buffer', 'events', 'util', 'crypto'],
    ends: [null],
    tries: 100,
  },
  { program: '11-import-attributes.make.js', ends: [null], tries: 20 },
  { program: '12-resolve-by-meta.make.js', ends: [null], tries: 2 },
  { program: '13-files-for-tools.make.js', ends: [null], limits: compiled, tries: 2 },
  { program: '14-modules-that-fail.make.js', ends: [null], tries: 10 },
  { program: '15-elements-of-another.make.js', ends: ['module_not_found'], limits: compiled },
  { program: '16-imports-by-require.make.js', ends: ['module_denied'], limits: compiled },
];
