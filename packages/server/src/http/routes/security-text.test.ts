import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startService } from '../service.support.ts';

const url = '/.well-known/security.txt';

test('security.txt names the contacts, and an end that is ahead, after RFC 9116', async () => {
  const securityContacts = ['mailto:security@example.com', 'https://example.com/report'];
  await using service = await startService({ securityContacts });
  service.bearer();
  const { status, headers, text } = await service.inject({ url });
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/plain; charset=utf-8');
  const [first, second, expires = '', ...rest] = text.split('\r\n');
  assert.deepEqual(
    [first, second, ...rest],
    ['Contact: mailto:security@example.com', 'Contact: https://example.com/report', ''],
  );
  const [, end = ''] = /^Expires: (\d{4}-\d\d-\d\dT00:00:00\.000Z)$/.exec(expires) ?? [];
  const days = (Date.parse(end) - Date.now()) / 86_400_000;
  assert.ok(days > 28 && days < 365, expires);
});

test('without a contact there is none', async () => {
  await using service = await startService();
  assert.equal((await service.inject({ url })).status, 404);
});
