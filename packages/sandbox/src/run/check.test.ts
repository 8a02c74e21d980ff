import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveLimits, type Run } from '@castellan/protocol';
import { caps } from '@castellan/protocol/frames';
import { checkedOf, checkLimits } from './check.ts';

const ended = (run: Partial<Run>): Run =>
  ({ reason: null, error: null, value: null, ...run }) as Run;

test('checkedOf makes one problem of a box that lies about what it found', () => {
  for (const value of [null, [], { problems: [{ code: 'wall_timeout' }] }]) {
    const { problems } = checkedOf(ended({ value }));
    assert.deepEqual(
      problems.map(({ code, file, line }) => ({ code, file, line })),
      [{ code: 'policy_violation', file: null, line: null }],
    );
    assert.match(problems[0]?.message ?? '', /^The box broke the protocol: /);
  }
});

test('checkedOf makes one problem of the limit that a check met', () => {
  const message = 'The run took longer than 5 ms';
  const error = { name: 'TimeoutError', message, stack: '', file: null, line: null, column: null };
  assert.deepEqual(checkedOf(ended({ reason: 'wall_timeout', error })), {
    problems: [{ code: 'wall_timeout', message, file: null, line: null, column: null }],
  });
});

test('checkLimits leaves room for the answer, and none for a network or artifacts', () => {
  const { valueBytes, networkRequests, artifactCount, wallMs } = checkLimits(
    resolveLimits({ valueBytes: 0, wallMs: 7 }),
  );
  assert.deepEqual(
    { valueBytes, networkRequests, artifactCount, wallMs },
    { valueBytes: caps.problemsJson, networkRequests: 0, artifactCount: 0, wallMs: 7 },
  );
});
