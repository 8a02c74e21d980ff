import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runTestFile } from './test-file.ts';

const header = "import { describe, test } from 'node:test';\n";

/**
 * Runs a test file with this text; returns `outcome name` for each test, and the texts of failures.
 */
async function outcomes(text: string, fileMs = 20_000): Promise<[string[], string]> {
  const folder = await mkdtemp(join(tmpdir(), 'castellan-testfile-'));
  try {
    const file = join(folder, 'x.test.mts');
    await writeFile(file, header + text);
    const { records } = await runTestFile(file, { testMs: 10_000, fileMs });
    return [
      records.map((record) => `${record.outcome} ${record.name}`),
      records.map((record) => record.failure).join('\n'),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('runTestFile reports passed, failed and skipped tests by their full names', async () => {
  const [names, failures] = await outcomes(`
    describe('a', () => {
      test('b', () => {});
      test('c', () => { throw new Error('broken'); });
      test('d', { skip: 'no kvm' }, () => {});
    });
    test('e', { todo: true }, () => { throw new Error('hidden'); });
    describe('f', { skip: true }, () => { test('g', () => {}); });
  `);
  assert.deepEqual(names, [
    'passed a > b',
    'failed a > c',
    'skipped a > d',
    'skipped e',
    'skipped f',
  ]);
  assert.match(failures, /broken/);
});

for (const [what, text, failure] of [
  ['declares no test', '', /if it has any \(code 0\)/],
  ['exits before its tests', "test('a', () => {}); process.exit(0);", /before its tests/],
  ['declares suites only', "describe('a', () => {});", /declares no test/],
  ['cannot be parsed', 'const = ;', /before its tests, if it has any \(code 1\)/],
  [
    'fails after its tests',
    "test('a', () => {}); process.on('exit', () => { process.exitCode = 3; });",
    /code 3/,
  ],
] as const) {
  test(`runTestFile fails a file that ${what}`, async () => {
    const [names, failures] = await outcomes(text);
    assert.equal(names.at(-1), 'failed (file)');
    assert.match(failures, failure);
  });
}

test('runTestFile kills a file that never ends', async () => {
  const [names, failures] = await outcomes('setInterval(() => {}, 1000);', 500);
  assert.deepEqual(names, ['failed (file)']);
  assert.match(failures, /killed/);
});
