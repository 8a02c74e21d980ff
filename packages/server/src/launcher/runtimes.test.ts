import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicies } from '../config/policies.ts';
import { offeredRuntimes } from './runtimes.ts';

test('offeredRuntimes lists the packages of the runtimes that policies name, and no others', () => {
  const { policies } = readPolicies({ default: {}, other: {}, bare: { runtime: null } });
  const [runtime, ...others] = offeredRuntimes(policies.values());
  assert.equal(runtime?.name, '2026.11');
  assert.deepEqual(others, []);
  const dayjs = runtime.packages.find(({ name }) => name === 'dayjs');
  assert.match(dayjs?.version ?? '', /^\d+\.\d+\.\d+/);
  const bare = [...policies.values()].filter(({ name }) => name === 'bare');
  assert.deepEqual(offeredRuntimes(bare), []);
});
