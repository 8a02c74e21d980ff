import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeCryptography } from './isolate/cryptography.ts';
import { RunCrypto } from './run-crypto.ts';
import { until } from '../../../../test/shared/until.support.ts';

/** Calls with any JSON text, as a hostile guest may; returns the reply. */
async function ask(
  crypto: RunCrypto,
  replies: Map<number, string>,
  json: string,
): Promise<unknown> {
  const id = replies.size + 1;
  crypto.crypto(id, json, new Uint8Array([1, 2, 3]));
  await until(`call ${id} is answered`, () => replies.has(id));
  return JSON.parse(replies.get(id) ?? '');
}

function started(): { crypto: RunCrypto; replies: Map<number, string> } {
  const replies = new Map<number, string>();
  return {
    crypto: new RunCrypto(nodeCryptography, (id, reply) => void replies.set(id, reply)),
    replies,
  };
}

const hostile = [
  'no json',
  'null',
  '{}',
  '{"method":"constructor","args":[]}',
  '{"method":"__proto__","args":[]}',
  '{"method":"digest","args":{}}',
  '{"method":"digest","args":[{"name":"MD5"},{"$bytes":[0,3]}]}',
  '{"method":"digest","args":[{"name":"SHA-256"},{"$bytes":[0,4]}]}',
  '{"method":"digest","args":[{"name":"SHA-256"},{"$bytes":[-1,2]}]}',
  '{"method":"digest","args":[{"name":"SHA-256"},{"$bytes":["0",2]}]}',
  '{"method":"digest","args":[{"name":"SHA-256"},{"$bytes":null}]}',
  '{"method":"exportKey","args":["raw",{"$key":1}]}',
  '{"method":"exportKey","args":["raw",{"$key":"__proto__"}]}',
  '{"method":"digest","args":[{"name":{"name":"SHA-256"}},[[[[[[[1]]]]]]]]}',
  '{"method":"generateKey","args":[{"name":"ML-KEM-768"},true,["encapsulateKey"]]}',
];

test('RunCrypto answers every hostile call with a name and a message, and nothing of the host', async () => {
  const { crypto, replies } = started();
  for (const json of hostile) {
    const reply = (await ask(crypto, replies, json)) as Record<string, unknown>;
    assert.equal(reply['ok'], false, json);
    assert.match(String(reply['name']), /^(?:OperationError|NotSupportedError|TypeError)$/);
    assert.doesNotMatch(JSON.stringify(reply), /\/|node:|at /);
  }
});

test('RunCrypto keeps keys by number until it is disposed, and answers nobody after that', async () => {
  const { crypto, replies } = started();
  const generate =
    '{"method":"generateKey","args":[{"name":"AES-GCM","length":128},true,["encrypt"]]}';
  const reply = (await ask(crypto, replies, generate)) as { key: { handle: number } };
  const exported = await ask(
    crypto,
    replies,
    `{"method":"exportKey","args":["raw",{"$key":${reply.key.handle}}]}`,
  );
  assert.deepEqual(exported, { ok: true, kind: 'bytes' });
  crypto.crypto(3, generate, new Uint8Array());
  crypto[Symbol.dispose]();
  crypto.crypto(4, generate, new Uint8Array());
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([...replies.keys()], [1, 2]);
});

test('RunCrypto.random gives no more than its cap, and none for what is no length', () => {
  const { crypto } = started();
  const lengths = [16, 65_536, 65_537, -1, Number.NaN, 1.5].map(
    (length) => crypto.random(length).length,
  );
  assert.deepEqual(lengths, [16, 65_536, 0, 0, 0, 0]);
});
