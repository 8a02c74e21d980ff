import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { limitsHold } from './rlimits.ts';
import { resourceLimits } from '../boxes/runner/limits.ts';

const spec = {
  engine: 'isolate',
  memoryBytes: 64_000_000,
  cpuMs: 1_500,
  jitless: false,
  reusable: false,
} as const;

describe('resourceLimits', () => {
  const value = (option: string, changes = {}) =>
    resourceLimits({ ...spec, ...changes }).find((each) => each.option === option)?.value;

  it('leaves room for Node, one isolate and the budget', () => {
    assert.equal(value('data'), 1_804_000_000);
    assert.equal(value('data', { jitless: true }), 784_000_000);
  });

  it('limits processor time of a box for one run only', () => {
    assert.equal(value('cpu'), 4);
    assert.equal(value('cpu', { reusable: true }), undefined);
  });
});

describe('limitsHold', () => {
  const limits = [{ option: 'nofile', label: 'Max open files', value: 64 }];
  const line = (soft: string, hard: string): string =>
    `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft}                   ${hard}                   files\n`;

  it('asks for the soft and the hard limit', () => {
    assert.equal(limitsHold(line('64', '64'), limits), true);
    assert.equal(limitsHold(line('64', '1024'), limits), false);
    assert.equal(limitsHold(line('unlimited', 'unlimited'), limits), false);
    assert.equal(limitsHold('', limits), false);
  });
});
