import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimableReasons, isLimitReason, type Reason, reasons, statusOf } from './reasons.ts';

test('statusOf follows the rule: two timeouts, three faults of ours, cancelled, expired, all others failed', () => {
  const special: Partial<Record<Reason, string>> = {
    wall_timeout: 'timed_out',
    cpu_timeout: 'timed_out',
    queue_ttl: 'expired',
    worker_lost: 'error',
    box_failed: 'error',
    cancelled: 'cancelled',
  };
  for (const reason of Object.keys(reasons) as Reason[]) {
    assert.equal(statusOf(reason), special[reason] ?? 'failed', reason);
  }
  assert.equal(statusOf(null), 'succeeded');
});

test('a box cannot claim an ending that is not the script’s', () => {
  for (const reason of claimableReasons) assert.equal(statusOf(reason), 'failed', reason);
});

test('a run that crossed a limit, or ran out of time, exits with 3', () => {
  for (const [name, { exitCode, status }] of Object.entries(reasons)) {
    const isLimit = isLimitReason(name as Reason) || status === 'timed_out';
    assert.equal(exitCode === 3, isLimit, name);
  }
});
