import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeclaredHelper } from '@castellan/sandbox';
import { launcherFrames } from '../launching/messages.ts';
import { KvCalls } from './kv-calls.ts';

type Sent = readonly [type: number, message: Record<string, unknown>, bytes: string];

/** The functions of a run, and what they send. */
function scene() {
  const sent: Sent[] = [];
  const calls = new KvCalls({
    send: (type, message, bytes) =>
      void sent.push([type, message as never, Buffer.from(bytes ?? []).toString()]),
  });
  const { signal } = new AbortController();
  const call = async (runId: string, name: string, ...args: unknown[]): Promise<unknown> =>
    Reflect.apply((calls.helpers[name] as DeclaredHelper).run, { runId, signal }, args) as unknown;
  return { calls, sent, call };
}

test('a call is asked for the attempt of its run, and answered by its number', async () => {
  const { calls, sent, call } = scene();
  calls.begin('run_1', 7);
  calls.begin('run_2', 8);
  const set = call('run_1', 'set', 'k', { a: 1 }, { ttlMs: 5 });
  const got = call('run_2', 'get', 'k');
  assert.deepEqual(sent, [
    [
      launcherFrames.kvAsked,
      { attempt: 7, call: 1, op: 'set', key: 'k', ttlMs: 5, ifVersion: null },
      '{"a":1}',
    ],
    [launcherFrames.kvAsked, { attempt: 8, call: 2, op: 'get', key: 'k' }, ''],
  ]);
  const entry = { version: 3, expiresAt: null };
  calls.told({ call: 2, answer: entry, hasValue: true }, Buffer.from('[1]'));
  calls.told({ call: 1, refused: { code: 'kv_full', message: 'Full.' } }, Buffer.alloc(0));
  // An answer to what nobody asked, or twice.
  calls.told({ call: 2, answer: null, hasValue: false }, Buffer.alloc(0));
  assert.deepEqual(await got, { value: [1], ...entry });
  await assert.rejects(set, { name: 'KvError', code: 'kv_full', message: 'Full.' });
});

test('a run has 128 calls under way at most, whatever others have, and none after its end', async () => {
  const { calls, sent, call } = scene();
  using other = calls.begin('run_2', 8);
  const begun = calls.begin('run_1', 7);
  const open = Array.from({ length: 128 }, () => call('run_1', 'get', 'k'));
  await assert.rejects(call('run_1', 'get', 'k'), {
    code: 'kv_busy',
    message: /Await some of them/,
  });
  const free = call('run_2', 'get', 'k');
  assert.equal(sent.length, 129);
  for (const [, { call: number }] of sent) {
    calls.told({ call: number as number, answer: null, hasValue: false }, Buffer.alloc(0));
  }
  assert.deepEqual(new Set(await Promise.all([...open, free])), new Set([null]));
  const again = call('run_1', 'get', 'k');
  calls.told({ call: 130, answer: null, hasValue: false }, Buffer.alloc(0));
  await again;
  begun[Symbol.dispose]();
  await assert.rejects(call('run_1', 'get', 'k'), /The run has ended/);
  other[Symbol.dispose]();
});
