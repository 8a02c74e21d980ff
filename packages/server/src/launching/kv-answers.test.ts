import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KvQuestion } from '../kv/kv.ts';
import type { Policy } from '../policies/policy.ts';
import type { QueuedRun } from '../runs/contract/launch.ts';
import { answersOf, tellKv } from './kv-answers.ts';
import { launcherFrames } from './messages.ts';

const question: KvQuestion = { op: 'get', key: 'k' };
const policies = new Map(
  [true, false].map((kv) => [`${kv}`, { name: `${kv}`, kv } as unknown as Policy]),
);
const runOf = (policy: string): QueuedRun => ({ tenant: 'acme', policy }) as QueuedRun;

test('a question is asked for the tenant of its run, and answered with the value apart', async () => {
  const asked: unknown[] = [];
  const ask = async (...given: unknown[]) => {
    asked.push(given);
    return { json: '{"version":1}', value: '[1]' };
  };
  const told = await tellKv(answersOf({ ask }, policies), runOf('true'), { call: 5, question });
  assert.deepEqual(asked, [['acme', question]]);
  assert.deepEqual(told, [
    launcherFrames.kvTold,
    { call: 5, answer: { version: 1 }, hasValue: true },
    new Uint8Array(Buffer.from('[1]')),
  ]);
});

test('a policy that offers none asks nothing, whatever its launcher says', async () => {
  const ask = (): never => assert.fail('it was asked');
  for (const policy of ['false', 'gone']) {
    const told = await tellKv(answersOf({ ask }, policies), runOf(policy), { call: 1, question });
    assert.deepEqual(told[1], {
      call: 1,
      refused: { code: 'kv_denied', message: `The policy ${policy} offers no kv.` },
    });
  }
});

test('a fault of the service is answered without what it was', async () => {
  const ask = async (): Promise<never> => {
    throw new Error('SELECT * FROM /var/lib');
  };
  const [, told] = await tellKv(answersOf({ ask }, policies), runOf('true'), { call: 1, question });
  const refused = { code: 'kv_unavailable', message: 'kv.get: the service failed.' };
  assert.deepEqual(told, { call: 1, refused });
});
