import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processMembers } from '@castellan/protocol/runtimes';
import { packageProcess } from './package-process.ts';

test('packageProcess has the members that the bundler replaces, and no other', () => {
  assert.deepEqual(Object.keys(packageProcess()), [...processMembers]);
});

test('packageProcess tells nothing of the process that it is in', () => {
  const text = JSON.stringify(packageProcess());
  for (const own of [process.version, process.cwd(), String(process.pid), process.execPath]) {
    assert.ok(!text.includes(JSON.stringify(own)), own);
  }
});
