import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inWords, isPending, nothingPending } from './pending.ts';

const counts = (given: object) => Object.assign(nothingPending(), given);

test('inWords counts what is pending, and says nothing of nothing', () => {
  assert.equal(inWords(nothingPending(), false), null);
  assert.equal(inWords(counts({ timer: 1 }), false), '1 timer');
  assert.equal(inWords(counts({ fetch: 2, timer: 3 }), false), '3 timers and 2 fetches');
  assert.equal(
    inWords(counts({ timer: 1, helper: 1, import: 2 }), true),
    '1 timer, 1 call of a helper and 2 import()s',
  );
  assert.equal(inWords(counts({ browser: 7 }), true), 'calls to the browser');
});

test('inWords does not call an artifact dropped that the launcher has', () => {
  assert.equal(inWords(counts({ artifact: 1 }), true), null);
  assert.equal(inWords(counts({ artifact: 1 }), false), '1 artifact');
});

test('isPending takes an import() for what its module waits for', () => {
  assert.equal(isPending(nothingPending()), false);
  assert.equal(isPending(counts({ import: 1 })), false);
  assert.equal(isPending(counts({ message: 1 })), true);
});

test('what a script puts on Object.prototype counts for nothing', () => {
  Object.assign(Object.prototype, { polluted: 1 });
  try {
    assert.equal(isPending(nothingPending()), false);
    assert.equal(inWords(nothingPending(), false), null);
  } finally {
    Reflect.deleteProperty(Object.prototype, 'polluted');
  }
});
