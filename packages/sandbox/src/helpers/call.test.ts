import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callHelper } from './call.ts';
import { helper } from './helper.ts';

const context = { signal: new AbortController().signal, runId: 'run_1' };
const echo = helper((given: unknown) => given);
const objects = `[[${Array(300_000).fill('{}').join()}]]`;
const deep = '['.repeat(2_000) + ']'.repeat(2_000);

for (const [name, args] of Object.entries({ objects, deep })) {
  test(`callHelper parses no arguments that weigh far more than their text: ${name}`, async (t) => {
    const parse = t.mock.method(JSON, 'parse');
    const answer = await callHelper(echo, { path: 'echo', args, parts: null }, context);
    assert.equal(parse.mock.callCount(), 0);
    assert.equal(answer.ok, false);
    assert.equal(!answer.ok && answer.code, 'invalid_arguments');
  });
}

test('callHelper parses nothing for a helper that there is none of', async (t) => {
  const parse = t.mock.method(JSON, 'parse');
  const answer = await callHelper(undefined, { path: 'nope', args: objects, parts: null }, context);
  assert.equal(!answer.ok && answer.code, 'unknown_helper');
  assert.equal(parse.mock.callCount(), 0);
});
