import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProblems } from './problems.ts';

const problem = { code: 'syntax_error', message: 'm', file: 'a.js', line: 1, column: 2 };

test('readProblems copies what it knows and nothing else', () => {
  const given = {
    problems: [
      { ...problem, more: 1 },
      { ...problem, file: null, line: null },
      { ...problem, specifier: './b.js' },
    ],
  };
  assert.deepEqual(readProblems(given), [
    problem,
    { ...problem, file: null, line: null },
    { ...problem, specifier: './b.js' },
  ]);
});

const forged: Record<string, unknown> = {
  'no object': null,
  'no list': { problems: {} },
  'a list that only the prototype has': JSON.parse('{"__proto__":{"problems":[]}}') as unknown,
  'too many problems': { problems: Array.from({ length: 1_001 }, () => problem) },
  'a problem that is null': { problems: [null] },
  'a code that only the launcher gives': { problems: [{ ...problem, code: 'wall_timeout' }] },
  'a code that a prototype has': { problems: [{ ...problem, code: 'constructor' }] },
  'a message that is too long': { problems: [{ ...problem, message: 'x'.repeat(1_025) }] },
  'a message that is an object': { problems: [{ ...problem, message: { length: 1 } }] },
  'a file that is too long': { problems: [{ ...problem, file: 'x'.repeat(513) }] },
  'a specifier that is too long': { problems: [{ ...problem, specifier: 'x'.repeat(513) }] },
  'a specifier that is a list': { problems: [{ ...problem, specifier: ['fs'] }] },
  'a line that is text': { problems: [{ ...problem, line: '1' }] },
  'a column below zero': { problems: [{ ...problem, column: -1 }] },
};

for (const [name, value] of Object.entries(forged)) {
  test(`readProblems refuses ${name}`, () => {
    assert.throws(() => readProblems(value), { name: 'FrameError' });
  });
}
