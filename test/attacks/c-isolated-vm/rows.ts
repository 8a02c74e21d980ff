import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../attack.support.ts';

const marking = `
  for (const place of [globalThis, Object.prototype, Array.prototype, Promise.prototype, Function.prototype, JSON, console, Error, echo, artifacts]) place.left = 'left';
  Error.stackTraceLimit = 3; Object.defineProperty(Object.prototype, 'toJSON', { value: () => 'left', configurable: true });
  JSON.parse = () => ({ left: 'left' }); return 1`;

/** C: isolated-vm. */
export const isolateRows: readonly Row[] = [
  { program: '01-heap-walk.js', ends: [null], tries: 300 },
  ...[-4, 5, 0.5, '9', 2 ** 32].map((length): Row => ({
    program: '02-transfer-getters.js',
    params: { kind: String(length), length },
    ends: [null],
    tries: 20,
  })),
  { program: '03-resized-buffers.js', ends: [null, 'artifact_limit'] },
  {
    program: '04-after-the-return.js',
    ends: [null],
    check: ({ value }) => assert.equal(value, 'done'),
  },
  { program: '05-microtasks-after-the-return.js', ends: ['cpu_timeout'] },
  { program: '06-exhausted-context.js', ends: ['out_of_memory'], limits: { cpuMs: 3_000 } },
  {
    program: '07-import-in-eval.js',
    ends: [null],
    check: ({ value }) => assert.deepEqual(value, ['rejected']),
  },
  { program: '08-late-rejection.js', ends: [null, 'uncaught_exception'] },
  {
    program: '09-left-by-the-first-run.js',
    before: marking,
    ends: [null],
    check: ({ value }) => assert.deepEqual(value, []),
  },
  { program: '10-finalizers.js', ends: [null, 'uncaught_exception', 'out_of_memory'] },
  {
    program: '11-functions-kept.js',
    before: 'await keep(() => params.targets.file); return 1',
    ends: [null],
    check({ value }) {
      const { told, reached } = value as { told: { code: string }[]; reached: string };
      assert.deepEqual([told.map(({ code }) => code), reached], [['run_ended'], 'undefined']);
    },
  },
  {
    program: '12-calls-within-calls.js',
    ends: [null],
    check: ({ value }) => assert.deepEqual(value, []),
  },
  { program: '13-terminated-inside.js', ends: ['cpu_timeout'], limits: { wallMs: 12_000 } },
  {
    program: '14-numbers-that-repeat.js',
    before: readFileSync(join(import.meta.dirname, '14-numbers-that-repeat.js'), 'utf8'),
    ends: [null],
    limits: { cpuMs: 2_000 },
    check: ({ value }) => assert.deepEqual(value, { others: 26, same: [] }),
  },
  {
    program: '15-native-values.js',
    modules: ['buffer', 'crypto', 'zlib'],
    ends: [null],
    isRare: true,
    limits: { memoryBytes: 2 ** 29, cpuMs: 20_000, wallMs: 60_000 },
    tries: 300,
  },
];
