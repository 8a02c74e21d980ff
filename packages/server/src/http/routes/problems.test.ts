import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesOf } from '@castellan/protocol';
import { problemTable } from '../problems/table.ts';
import { startService } from '../service.support.ts';

test('the type of a problem leads to a page that says what to do, also without a key', async () => {
  await using service = await startService();
  service.bearer();
  const refused = await service.inject({ url: '/v1/status' });
  const type = String(refused.body['type']);
  assert.equal(type, '/problems/unauthorized');
  const page = await service.inject({ url: type });
  assert.equal(page.status, 200);
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  assert.match(page.headers['content-security-policy'] ?? '', /default-src 'none'/);
  assert.match(page.text, /<h1><code>unauthorized<\/code><\/h1>/);
  assert.match(page.text, /<code>castellan keys create<\/code> makes one/);
});

test('every problem has a page, and nothing else has one', async () => {
  await using service = await startService();
  for (const code of namesOf(problemTable)) {
    const { status, text } = await service.inject({ url: `/problems/${code}` });
    assert.equal(status, 200, code);
    assert.doesNotMatch(text, /`|undefined/, code);
  }
  for (const code of ['nothing', '__proto__', 'constructor', '%3Cscript%3E']) {
    const { status, headers } = await service.inject({ url: `/problems/${code}` });
    assert.equal(status, 404, code);
    assert.match(headers['content-type'] ?? '', /problem\+json/, code);
  }
});
