import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CastellanError,
  type ErrorCode,
  errorTable,
  type Reason,
  reasons,
} from '@castellan/protocol';
import { exitCodeOf, exitCodeOfError } from './exit-code.ts';

test('exitCodeOf gives each reason its row of the table', () => {
  const expected: Record<Reason, number> = {
    uncaught_exception: 1,
    syntax_error: 1,
    no_entry: 1,
    unsettled: 1,
    exit_nonzero: 1,
    value_not_serializable: 1,
    wall_timeout: 3,
    cpu_timeout: 3,
    out_of_memory: 3,
    output_limit: 3,
    artifact_limit: 3,
    process_limit: 3,
    module_denied: 1,
    module_not_found: 1,
    policy_violation: 1,
    engine_crashed: 1,
    browser_crashed: 1,
    cancelled: 130,
    queue_ttl: 4,
    worker_lost: 4,
    box_failed: 4,
  };
  for (const reason of Object.keys(reasons) as Reason[]) {
    assert.equal(exitCodeOf({ reason }), expected[reason], reason);
  }
  assert.equal(exitCodeOf({ reason: null }), 0);
});

test('exitCodeOfError tells the mistakes of the caller from our faults', () => {
  const ours = ['isolation_unavailable', 'box_failed', 'sandbox_closed', 'unsupported_version'];
  for (const code of Object.keys(errorTable) as ErrorCode[]) {
    const expected = ours.includes(code) ? 4 : 2;
    assert.equal(exitCodeOfError(new CastellanError(code, 'x')), expected, code);
  }
});
