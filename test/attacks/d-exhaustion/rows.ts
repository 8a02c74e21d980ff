import assert from 'node:assert/strict';
import type { Row } from '../attack.support.ts';

const Mi = 2 ** 20;
const heap = [
  'push',
  'concat',
  'spread',
  'fill',
  'map',
  'set',
  'assign',
  'string',
  'json',
  'closures',
  'symbols',
  'properties',
  'promises',
  'generators',
  'registries',
  'bigints',
  'functions',
];
/** Copied by the console to be shown. */
const previews = ['map previews', 'set previews', 'weak map previews', 'weak set previews'];
/** The objects that `88-platform-heaps.js` makes. */
const platform = [
  'headers',
  'forms',
  'blobs',
  'signals',
  'listeners',
  'searches',
  'ports',
  'decoders',
  'responses',
  'microtasks',
];
const offHeap = ['large', 'small', 'resizable', 'cloned', 'encoded', 'transferred'];
/**
 * These use up the mappings of a process (`vm.max_map_count`), not its memory. Then whatever asks for
 * one first dies of it: the buffer, which V8 reports, or a part of V8 that has no words left.
 */
const mappings = ['reserved', 'mapped'];

/** Others of the kind hold the wall in `npm test`. */
const rare = { isRare: true } as const;

/** The clock ends the run, and nothing else does. */
const byTheClock = { wallMs: 700, cpuMs: 10_000 };

/** For what ends by itself, so that a slow machine comes to that end. */
const patient = { cpuMs: 3_000 };

/** A call of Node's own, which the limits of the run end. */
const native = (kind: string, ends: Row['ends']): Row => ({
  program: '91-native-work.js',
  modules: ['crypto', 'zlib'],
  params: { kind },
  limits: { cpuMs: 700, wallMs: 8_000 },
  ends,
});

/** D: exhaustion. */
export const exhaustionRows: readonly Row[] = [
  { program: '01-loop.js', ends: ['cpu_timeout'] },
  { program: '02-microtasks.js', ends: ['cpu_timeout'] },
  { program: '03-never-settles.js', ends: ['wall_timeout'], limits: { wallMs: 700 } },
  { program: '04-never.js', ends: ['unsettled'] },
  { program: '05-regex.js', ends: ['cpu_timeout'] },
  {
    // The call would end by itself after two seconds of a processor, for its memory.
    program: '06-native-replace.js',
    ends: ['cpu_timeout'],
    limits: { memoryBytes: 1024 * Mi, cpuMs: 300, wallMs: 10_000 },
  },
  {
    program: '07-bigint.js',
    isRare: true,
    ends: ['cpu_timeout'],
    limits: { memoryBytes: 1024 * Mi, cpuMs: 1_500, wallMs: 10_000 },
  },
  { program: '08-sort.js', ends: ['cpu_timeout'] },
  { program: '09-join-split.js', ends: ['cpu_timeout', 'out_of_memory'] },
  { program: '10-atomics.js', ends: ['uncaught_exception'] },
  { program: '11-timeouts.js', ends: ['out_of_memory', 'cpu_timeout', 'wall_timeout'] },
  { program: '12-intervals.js', ends: ['cpu_timeout', 'wall_timeout'], limits: { wallMs: 1_500 } },
  { program: '13-helper-calls.js', ends: ['cpu_timeout', 'out_of_memory'] },
  { program: '14-helper-rounds.js', ends: ['cpu_timeout', 'wall_timeout'] },
  { program: '15-helper-sync.js', isRare: true, ends: ['cpu_timeout', 'wall_timeout'] },
  {
    program: '16-helper-held-arguments.js',
    ends: ['wall_timeout', 'cpu_timeout', 'uncaught_exception'],
    limits: { memoryBytes: 256 * Mi, cpuMs: 3_000, wallMs: 4_000 },
  },
  {
    program: '17-helper-held-answers.js',
    isRare: true,
    ends: ['cpu_timeout', 'wall_timeout', 'uncaught_exception'],
    limits: { memoryBytes: 256 * Mi, cpuMs: 3_000, wallMs: 4_000 },
  },
  {
    program: '18-helper-errors.js',
    isRare: true,
    ends: ['cpu_timeout', 'wall_timeout'],
    limits: { memoryBytes: 256 * Mi, cpuMs: 1_500 },
  },
  {
    program: '19-helper-deep-arguments.js',
    ends: ['cpu_timeout', 'wall_timeout', 'out_of_memory'],
  },
  { program: '20-console-lines.js', ends: ['output_limit'] },
  { program: '21-console-giant.js', ends: ['output_limit', 'out_of_memory'] },
  { program: '22-console-objects.js', ends: ['cpu_timeout', 'out_of_memory'] },
  { program: '23-console-percent.js', ends: ['output_limit', 'out_of_memory'] },
  { program: '24-progress.js', ends: ['output_limit'] },
  { program: '25-artifacts-count.js', ends: ['artifact_limit'] },
  { program: '26-artifacts-bytes.js', ends: ['artifact_limit'], limits: { memoryBytes: 128 * Mi } },
  {
    program: '27-artifacts-overwrite.js',
    isRare: true,
    ends: ['artifact_limit', 'cpu_timeout', 'wall_timeout', 'out_of_memory'],
    limits: { memoryBytes: 128 * Mi },
  },
  { program: '28-artifacts-no-wait.js', ends: ['artifact_limit', 'output_limit', 'cpu_timeout'] },
  { program: '29-value-giant.js', ends: ['output_limit'] },
  { program: '30-value-deep.js', ends: ['value_not_serializable'] },
  { program: '31-value-deep-unseen.js', ends: ['value_not_serializable'] },
  { program: '32-value-wide.js', ends: ['cpu_timeout', 'out_of_memory', 'output_limit'] },
  { program: '33-error-giant.js', ends: ['out_of_memory', 'uncaught_exception'] },
  { program: '34-error-giant-lost.js', ends: ['out_of_memory', 'uncaught_exception'] },
  { program: '35-string-longest-thrown.js', ends: ['out_of_memory', 'uncaught_exception'] },
  { program: '36-string-longest-returned.js', ends: ['out_of_memory', 'output_limit'] },
  ...heap.map((kind, index): Row => ({
    program: '37-heap.js',
    params: { kind },
    ...(index % 4 === 0 ? {} : rare),
    ends: ['out_of_memory'],
    limits: { cpuMs: 4_000, wallMs: 6_000 },
  })),
  ...previews.map((kind, index): Row => ({
    program: '37-heap.js',
    params: { kind },
    ...(index === 0 ? {} : rare),
    ends: ['out_of_memory', 'cpu_timeout'],
  })),
  ...offHeap.map((kind): Row => ({
    program: '38-off-heap.js',
    params: { kind },
    ends: ['out_of_memory', 'cpu_timeout'],
  })),
  ...mappings.map((kind): Row => ({
    program: '38-off-heap.js',
    params: { kind },
    ends: ['out_of_memory', 'cpu_timeout', 'engine_crashed'],
  })),
  {
    program: '39-impossible-lengths.js',
    params: { kind: 'fill', from: 0, to: 1 },
    ends: ['out_of_memory', 'cpu_timeout', null],
  },
  {
    program: '39-impossible-lengths.js',
    params: { kind: 'others', from: 1, to: 15 },
    ends: [null, 'out_of_memory', 'cpu_timeout'],
  },
  { program: '40-recursion.js', ends: ['cpu_timeout', 'out_of_memory'] },
  { program: '41-stack-traces.js', isRare: true, ends: ['cpu_timeout', 'out_of_memory'] },
  { program: '42-locale.js', isRare: true, ends: ['cpu_timeout', 'out_of_memory'] },
  { program: '43-exit.js', ends: [null] },
  { program: '44-generators.js', ends: ['cpu_timeout', 'out_of_memory'] },
  { program: '45-proxies.js', isRare: true, ends: ['cpu_timeout', 'uncaught_exception'] },
  { program: '46-clone.js', isRare: true, ends: ['cpu_timeout', 'out_of_memory'] },
  { program: '47-value-of-objects.js', ends: ['output_limit'], limits: { cpuMs: 2_000 } },
  {
    program: '48-arguments-of-objects.js',
    ends: [null],
    check: ({ value }) => assert.equal(value, 'invalid_arguments'),
  },
  {
    program: '49-unsent-bodies.js',
    ends: [null],
    limits: { cpuMs: 3_000 },
    check: ({ value }) => assert.equal(value, true),
  },
  { program: '50-parentheses.make.js', ends: ['syntax_error'] },
  { program: '51-brackets.make.js', ends: ['syntax_error'] },
  { program: '52-templates.make.js', ends: ['syntax_error'], limits: patient },
  { program: '53-blocks.make.js', ends: ['syntax_error'], limits: patient },
  { program: '54-one-line.make.js', ends: ['syntax_error', 'out_of_memory'], limits: patient },
  {
    program: '55-regexp.make.js',
    ends: ['syntax_error', 'cpu_timeout', 'out_of_memory', 'uncaught_exception'],
  },
  { program: '56-names.make.js', ends: [null, 'cpu_timeout', 'no_entry'] },
  { program: '57-typescript-nesting.make.js', ends: ['syntax_error'] },
  { program: '58-typescript-arrows.make.js', ends: ['syntax_error', 'cpu_timeout'] },
  {
    program: '59-typescript-generics.make.js',
    ends: ['syntax_error', 'cpu_timeout', 'out_of_memory', 'uncaught_exception'],
  },
  { program: '60-typescript-parentheses.make.js', ends: ['syntax_error'] },
  {
    program: '61-json-module.make.js',
    ends: [null, 'syntax_error', 'uncaught_exception', 'out_of_memory'],
  },
  {
    program: '62-many-modules.make.js',
    ends: [null, 'syntax_error', 'out_of_memory', 'cpu_timeout'],
  },
  { program: '63-typescript-members.make.js', ends: ['out_of_memory', 'cpu_timeout'] },
  { program: '64-typescript-namespaces.make.js', ends: ['syntax_error'] },
  { program: '65-typescript-parameters.make.js', ends: ['out_of_memory', 'cpu_timeout'] },
  { program: '66-typescript-decorators.make.js', ends: ['out_of_memory', 'cpu_timeout'] },
  { program: '67-jsx-nesting.make.js', ends: ['syntax_error'] },
  {
    program: '68-jsx-guesses.make.js',
    ends: ['syntax_error', 'out_of_memory', 'cpu_timeout'],
  },
  {
    program: '69-source-map.make.js',
    ends: ['uncaught_exception', 'out_of_memory', 'cpu_timeout'],
  },
  { program: '70-source-map-sections.make.js', ends: ['uncaught_exception', 'out_of_memory'] },
  {
    program: '71-source-map-names.make.js',
    ends: [null],
    check: ({ value }) =>
      assert.deepEqual(
        (value as string[]).map((frame) => / \(?([^ (]+:\d+):\d+\)?$/.exec(frame)?.[1]),
        ['etc/passwd:1', 'prelude:1', 'script.js:3', 'script.js:4'],
      ),
  },
  { program: '72-settles-and-loops.js', ends: [null], limits: byTheClock, check: settled },
  {
    program: '72-settles-and-loops.js',
    params: { kind: 'within cpuMs' },
    ends: ['cpu_timeout'],
    limits: { cpuMs: 300 },
  },
  { program: '73-settles-and-breeds.js', ends: [null], limits: byTheClock, check: settled },
  { program: '74-settles-and-fills.js', ends: ['out_of_memory', 'cpu_timeout'] },
  {
    program: '75-settles-and-grows.js',
    ends: [null],
    check: ({ value }) => assert.equal(value, null),
  },
  {
    program: '76-functions-passed.js',
    ends: [null],
    limits: { cpuMs: 2_000 },
    check: ({ value }) => assert.ok((value as string[]).includes('RangeError')),
  },
  {
    program: '77-answers-of-functions.js',
    isRare: true,
    ends: [null, 'cpu_timeout', 'out_of_memory'],
  },
  {
    program: '78-crumbs-of-bytes.js',
    ends: [null, 'out_of_memory', 'cpu_timeout'],
    limits: { cpuMs: 2_000 },
  },
  {
    program: '79-artifacts-read-back.js',
    isRare: true,
    ends: ['out_of_memory', 'cpu_timeout', 'wall_timeout'],
    limits: { cpuMs: 2_000 },
  },
  { program: '80-console-state.js', ends: ['output_limit', 'out_of_memory', 'cpu_timeout'] },
  { program: '81-patterns.js', isRare: true, ends: ['cpu_timeout', 'out_of_memory'] },
  { program: '82-addresses.js', isRare: true, ends: ['cpu_timeout', 'out_of_memory'] },
  {
    program: '83-bombs.js',
    isRare: true,
    ends: ['out_of_memory', 'cpu_timeout'],
    limits: { cpuMs: 4_000, wallMs: 8_000 },
  },
  { program: '84-costly-keys.js', isRare: true, ends: ['cpu_timeout'], limits: { wallMs: 8_000 } },
  { program: '85-streams.js', isRare: true, ends: ['out_of_memory', 'cpu_timeout'] },
  { program: '86-ports.js', isRare: true, ends: ['out_of_memory', 'cpu_timeout', 'wall_timeout'] },
  {
    program: '87-chains-of-errors.js',
    ends: ['uncaught_exception', 'out_of_memory', 'cpu_timeout'],
  },
  ...platform.map((kind): Row => ({
    program: '88-platform-heaps.js',
    isRare: true,
    params: { kind },
    // A blob is one buffer, and one that is too large is the script's error.
    ends: ['out_of_memory', 'cpu_timeout', 'wall_timeout', 'uncaught_exception'],
    limits: { cpuMs: 2_000, wallMs: 6_000 },
  })),
  { program: '89-garbage.js', isRare: true, ends: ['cpu_timeout', 'out_of_memory'] },
  {
    program: '90-sync-over-async.js',
    isRare: true,
    ends: ['cpu_timeout', 'out_of_memory', 'wall_timeout', 'uncaught_exception', 'output_limit'],
  },
  native('pbkdf2', ['cpu_timeout']),
  // OpenSSL may be told that there is no more memory before the box is.
  native('memory', ['out_of_memory', 'cpu_timeout', 'uncaught_exception']),
  ...['scrypt', 'primes', 'keys'].map((kind): Row => ({
    ...native(kind, ['cpu_timeout']),
    isRare: true,
  })),
  ...['states', 'bomb'].map((kind): Row => ({
    ...native(kind, ['out_of_memory', 'cpu_timeout', 'uncaught_exception']),
    isRare: true,
  })),
];

/** The value is the one of settling. */
function settled({ value }: { readonly value: unknown }): void {
  assert.equal(value, 'settled');
}
