// Keys and values of scripts, from either engine to the store and back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Service, startService } from './service.support.ts';

let service: Service;
before(async () => {
  service = await startService({
    config: {
      kv: { entries: 50 },
      policies: {
        default: { kv: true, warm: 1 },
        full: { kv: true, engine: 'node', warm: 0 },
        without: { warm: 0 },
      },
    },
  });
});
after(() => service[Symbol.asyncDispose]());

const valueOf = async (code: string, more: object = {}): Promise<unknown> => {
  const run = await service.run({ code, ...more });
  assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
  return run.value;
};

for (const policy of ['default', 'full']) {
  test(`policy ${policy}: what one run keeps the next one has, with expiry and versions`, async () => {
    const tenant = `of-${policy}`;
    const kept = (await valueOf(
      `const { version } = await kv.set('n', { a: [1, 'ü\\u0000'] }, { ttlMs: 3_600_000 });
       await kv.set('__proto__', 'own');
       return [version, await kv.set('n', 2, { ifVersion: 0 }), await kv.get('none')];`,
      { policy, tenant },
    )) as [number, null, null];
    assert.deepEqual(kept.slice(1), [null, null]);
    const read = await valueOf(
      `const { value, version, expiresAt } = await kv.get('n');
       const { items, nextAfter } = await kv.list({ limit: 1 });
       const rest = await kv.list({ prefix: 'n', after: nextAfter });
       return [value, version, expiresAt > new Date().toISOString(), items[0].key, rest.items.length,
         (await kv.get('__proto__')).value, await kv.delete('n'), await kv.get('n')];`,
      { policy, tenant },
    );
    assert.deepEqual(read, [
      { a: [1, 'ü\u0000'] },
      kept[0],
      true,
      '__proto__',
      1,
      'own',
      true,
      null,
    ]);
    assert.equal(await valueOf("return kv.get('__proto__')", { policy, tenant: 'other' }), null);
  });
}

const codeOf = (call: string): string =>
  `try { await ${call}; return null } catch (error) { return [error.name, error.code, error.message] }`;

for (const [call, code, message] of [
  ["kv.get('')", 'kv_invalid', /the key must be a text of 1 to 512 bytes without NUL, not ""/],
  ["kv.get('ü'.repeat(300))", 'kv_invalid', /1 to 512 bytes/],
  ["kv.get('\\ud800')", 'kv_invalid', /1 to 512 bytes/],
  ["kv.get('a\\0b')", 'kv_invalid', /without NUL/],
  ['kv.get({ toString: () => "a" })', 'kv_invalid', /must be a text/],
  ["kv.set('a', 'x'.repeat(70_000))", 'kv_invalid', /70002 bytes of JSON, and at most 65536/],
  ["kv.set('a')", 'kv_invalid', /kv\.set: .*Values are JSON/],
  ["kv.set('a', new Uint8Array(3))", 'kv_invalid', /Values are JSON; base64 carries bytes/],
  ["kv.set('a', 1, { ttl: 5 })", 'kv_invalid', /no option "ttl"\. Known: ttlMs, ifVersion/],
  ["kv.set('a', 1, { ttlMs: -1 })", 'kv_invalid', /ttlMs must be a whole number from 1 to/],
  ["kv.set('a', 1, { tenant: 'other' })", 'kv_invalid', /no option "tenant"/],
  ['kv.list({ limit: 1e9 })', 'kv_invalid', /limit must be a whole number from 1 to 1000/],
  [
    'Promise.all(Array.from({ length: 60 }, (_, at) => kv.set(`flood ${at}`, at)))',
    'kv_full',
    /has 50 keys, and kv\.entries allows no more/,
  ],
] as const) {
  test(`${call} is refused, and says why`, async () => {
    const [name, found, text] = (await valueOf(codeOf(call), { tenant: 'flood' })) as string[];
    assert.deepEqual([name, found], [code === 'kv_invalid' ? 'TypeError' : 'KvError', code], text);
    assert.match(text ?? '', message);
  });
}

test('a policy that does not say so has no kv', async () => {
  assert.equal(await valueOf('return typeof kv', { policy: 'without' }), 'undefined');
  const { text } = await service.call('GET', '/v1/policies');
  const { items } = JSON.parse(text) as { items: { name: string; kv: boolean }[] };
  assert.deepEqual(
    items.map(({ name, kv }) => [name, kv]),
    [
      ['default', true],
      ['full', true],
      ['without', false],
    ],
  );
});
