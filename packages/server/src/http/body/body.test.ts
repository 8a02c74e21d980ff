import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startService } from '../service.support.ts';
import { testPolicy } from '../test-policy.support.ts';
import { isDeeperThan } from '@castellan/protocol/json';

const json = { 'content-type': 'application/json' };
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

for (const [what, payload, headers, status] of [
  ['no body at all', '', {}, 422],
  ['an empty body', ' ', json, 400],
  ['half of a body', '{"code":"1"', json, 400],
  ['two bodies', '{"code":"1"}{"code":"2"}', json, 400],
  ['a body that is no object', '"1"', json, 422],
  ['null', 'null', json, 422],
  ['bytes that are no UTF-8', Buffer.from('{"code":"\xff"}', 'latin1'), json, 400],
  ['UTF-16', Buffer.from('{"code":"1"}', 'utf16le'), json, 400],
  ['a depth of 5,000', `{"code":"1","params":${nested(5_000)}}`, json, 400],
  ['a depth of a million', nested(1_000_000), json, 400],
  ['__proto__', '{"code":"1","params":{"__proto__":{"polluted":1}}}', json, 400],
  ['__proto__ in escapes', '{"code":"1","\\u005f_proto__":{"polluted":1}}', json, 400],
  ['constructor.prototype', '{"code":"1","params":{"constructor":{"prototype":{}}}}', json, 400],
  ['a compressed body', gzipSync('{"code":"1"}'), { ...json, 'content-encoding': 'gzip' }, 415],
  ['text', '{"code":"1"}', { 'content-type': 'text/plain' }, 415],
  ['a form', 'code=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ['two types', '{"code":"1"}', { 'content-type': 'text/plain, application/json' }, 415],
  ['another JSON', '{"code":"1"}', { 'content-type': 'application/json5' }, 415],
  ['a type in a type', '{"code":"1"}', { 'content-type': 'text/plain; a=application/json' }, 415],
  ['another charset', '{"code":"1"}', { 'content-type': 'application/json; charset=utf-7' }, 415],
] as const) {
  test(`${what} is refused with ${status} and does no harm`, async () => {
    await using service = await startService();
    const answer = await service.inject({ method: 'POST', url: '/v1/runs', payload, headers });
    assert.equal(answer.status, status, answer.text);
    assert.equal(answer.body['status'], status);
    assert.equal(service.submissions.length, 0);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });
}

for (const [what, payload, type] of [
  ['a byte-order mark', '\ufeff{"code":"1"}', 'application/json'],
  ['a charset', '{"code":"1"}', 'application/json; charset="UTF-8"'],
  ['a depth of 90', `{"code":"1","params":${nested(90)}}`, 'application/json'],
  ['brackets in text', JSON.stringify({ code: `${'['.repeat(500)}"\\` }), 'application/json'],
] as const) {
  test(`a body with ${what} is taken`, async () => {
    await using service = await startService();
    const headers = { 'content-type': type };
    const answer = await service.inject({ method: 'POST', url: '/v1/runs', payload, headers });
    assert.equal(answer.status, 202, answer.text);
  });
}

for (const [what, payload, headers, detail] of [
  ['JSON with a comma too many', '{"code":"1",}', json, /^The body is not JSON: .* position 12/],
  ['__proto__', '{"code":"1","params":{"__proto__":1}}', json, /^The keys "__proto__" and /],
  ['text', 'return 1', { 'content-type': 'text/plain' }, /^Send the body with "Content-Type: /],
] as const) {
  test(`the refusal of ${what} says what is wrong with it`, async () => {
    await using service = await startService();
    const { body } = await service.inject({ method: 'POST', url: '/v1/runs', payload, headers });
    assert.match(String(body['detail']), detail);
  });
}

test('source and parameters over their limits are refused with both sizes', async () => {
  const limits = { ...testPolicy.limits, sourceBytes: 10, paramsBytes: 10 };
  const policies = new Map([['default', { ...testPolicy, limits }]]);
  await using service = await startService({ policies });
  const post = (payload: object) => service.inject({ method: 'POST', url: '/v1/runs', payload });
  const source = await post({ code: 'ää'.repeat(3) });
  assert.equal(source.status, 413);
  assert.match(String(source.body['detail']), /12 bytes; sourceBytes is 10/);
  const encoded = (bytes: number): object => ({
    files: { 'a.js': '1', b: { base64: Buffer.alloc(bytes).toString('base64') } },
    entry: 'a.js',
  });
  assert.equal((await post(encoded(9))).status, 202);
  const data = await post(encoded(10));
  assert.equal(data.status, 413);
  assert.match(String(data.body['detail']), /11 bytes; sourceBytes is 10/);
  const params = await post({ code: '1', params: 'x'.repeat(9) });
  assert.equal(params.status, 413);
  assert.match(String(params.body['detail']), /11 bytes of JSON; paramsBytes is 10/);
  const stdin = await post({ code: '1', stdin: 'ä'.repeat(6) });
  assert.equal(stdin.status, 413);
  assert.match(String(stdin.body['detail']), /The stdin is 12 bytes; paramsBytes is 10/);
  assert.equal((await post({ code: '0123456789', params: 'x'.repeat(8) })).status, 202);
  assert.equal((await post({ code: '1', stdin: 'x'.repeat(10), params: 1 })).status, 202);
});

test('isDeeperThan counts brackets outside of strings', () => {
  assert.equal(isDeeperThan('[[[]]]', 3), false);
  assert.equal(isDeeperThan('[[[]]]', 2), true);
  assert.equal(isDeeperThan('[][][][]', 1), false);
  assert.equal(isDeeperThan('{"a[[[\\"[[":{"b":1}}', 2), false);
  assert.equal(isDeeperThan('"\\\\"[[', 1), true);
  assert.equal(isDeeperThan('"[[[', 1), false);
});
