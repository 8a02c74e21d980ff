// A file over 250 lines is a question. This is where it is answered.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './sources.support.ts';

const limit = 250;

/** Long files, each with the reason why it is one concept all the same. */
const answered: Readonly<Record<string, string>> = {
  'packages/runner/src/engines/node/execution.ts':
    'The stages of one run in Node’s realm, in their order: each already is a call of its own file.',
  'packages/sandbox/src/run/execution.ts':
    'One run from its job to its end: each message of its box, and each way to end it.',
};

/** The files over the limit without an answer, and the answers without a long file. */
function unanswered(
  lines: Readonly<Record<string, number>>,
  answers: Readonly<Record<string, string>>,
): string[] {
  const long = Object.keys(lines).filter((file) => (lines[file] ?? 0) > limit);
  return [
    ...long
      .filter((file) => !answers[file]?.trim())
      .map((file) => `${file} has ${lines[file]} lines: split it, or say why not in this test`),
    ...Object.keys(answers)
      .filter((file) => !long.includes(file))
      .map((file) => `${file} is not over ${limit} lines: take its answer out`),
  ];
}

test('every source file over 250 lines has an answer', () => {
  const files = globSync(['packages/*/{src,scripts}/**/*.{ts,tsx}', 'scripts/**/*.ts'], {
    cwd: root,
  }).filter((file) => !file.endsWith('.test.ts'));
  assert.ok(files.length > 0);
  const lines = Object.fromEntries(
    files.map((file) => [
      file,
      readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length,
    ]),
  );
  assert.deepEqual(unanswered(lines, answered), []);
});

test('unanswered names long files without a reason and reasons without a long file', () => {
  assert.deepEqual(unanswered({ a: 250, b: 251 }, { b: 'One table.' }), []);
  assert.match(unanswered({ a: 251 }, {})[0] ?? '', /^a has 251 lines/);
  assert.match(unanswered({ a: 251 }, { a: ' ' })[0] ?? '', /^a has 251 lines/);
  assert.match(unanswered({ a: 9 }, { a: 'One table.' })[0] ?? '', /^a is not over/);
  assert.match(unanswered({}, { a: 'One table.' })[0] ?? '', /^a is not over/);
});
