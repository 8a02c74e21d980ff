import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRun } from '../../runs/open.support.ts';
import { artifactEvent } from '../scripted-launch.support.ts';
import { startService, type TestService } from '../service.support.ts';
import { dispositionOf } from './artifacts.ts';

/** A run with one artifact, and the path of the artifact. */
async function made(service: TestService, name: string, bytes: Buffer) {
  const { body } = await service.inject({
    method: 'POST',
    url: '/v1/runs',
    payload: { code: '1' },
  });
  const id = String(body['id']);
  await service.launcher.started(id);
  const event = artifactEvent(id, name, bytes, createHash('sha256').update(bytes).digest('hex'));
  if (event.type !== 'artifact') throw new Error('no artifact');
  const folder = join(service.folder, 'artifacts', id);
  const path = join(folder, event.artifact.id);
  await mkdir(folder, { recursive: true });
  await writeFile(path, bytes, { mode: 0o600 });
  service.launcher.say(id, event);
  service.launcher.finish(id, { artifacts: [event.artifact] });
  const run = readRun(await service.runs.ended(null, id, AbortSignal.timeout(5_000)));
  const url = run?.artifacts[0]?.url ?? '';
  return { id, url, path };
}

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test('an artifact is served whole, as what its bytes are, and harmless', async () => {
  await using service = await startService();
  const { url } = await made(service, 'home.png', png);
  const answer = await service.app.inject({ url, headers: { host: 'localhost' } });
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.rawPayload, png);
  assert.equal(answer.headers['content-type'], 'image/png');
  assert.equal(answer.headers['content-length'], String(png.length));
  assert.equal(answer.headers['x-content-type-options'], 'nosniff');
  assert.equal(answer.headers['content-security-policy'], "sandbox; default-src 'none'");
  assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin');
  assert.match(answer.headers['content-disposition'] ?? '', /^attachment; filename="home\.png"/);
});

test('a page that calls itself a picture is no picture and no page that can do anything', async () => {
  await using service = await startService();
  const { url } = await made(service, 'a.png', Buffer.from('<script>alert(1)</script>'));
  const { headers } = await service.inject({ url });
  assert.doesNotMatch(headers['content-type'] ?? '', /^image\//);
  assert.match(headers['content-disposition'] ?? '', /^attachment/);
  assert.match(headers['content-security-policy'] ?? '', /^sandbox/);
});

for (const name of [
  'ä b.txt',
  'a"b\\c.txt',
  'x;filename=y.html',
  '%2e%2e',
  'a b c'.repeat(30),
  '報告 (1).csv',
  '報'.repeat(66),
]) {
  test(`the artifact ${JSON.stringify(name.slice(0, 20))} is found by its URL`, async () => {
    await using service = await startService();
    const { url } = await made(service, name, Buffer.from('text'));
    const answer = await service.inject({ url });
    assert.equal(answer.status, 200, url);
    assert.equal(answer.text, 'text');
  });
}

test('an empty artifact is served empty', async () => {
  await using service = await startService();
  const { url } = await made(service, 'none.txt', Buffer.alloc(0));
  const answer = await service.inject({ url });
  assert.equal(answer.status, 200);
  assert.equal(answer.text, '');
});

test('a name that is none leads to nothing, whatever it looks like', async () => {
  await using service = await startService();
  const { id } = await made(service, 'a.txt', Buffer.from('text'));
  for (const name of ['b.txt', '..%2f..%2fkeys.sqlite', '%2e%2e', 'a.txt%00', '%2fetc%2fpasswd']) {
    const answer = await service.inject({ url: `/v1/runs/${id}/artifacts/${name}` });
    assert.equal(answer.status, 404, name);
  }
});

test('an artifact that has gone, or was made a link, is not found', async () => {
  await using service = await startService();
  const { url, path } = await made(service, 'a.txt', Buffer.from('text'));
  await rm(path);
  assert.equal((await service.inject({ url })).status, 404);
  await symlink('/etc/passwd', path);
  assert.equal((await service.inject({ url })).status, 404);
});

test('dispositionOf writes names that no reader can take for more than a name', () => {
  assert.equal(
    dispositionOf('ä"\r\nx: y.txt'),
    `attachment; filename="____x_ y.txt"; filename*=UTF-8''%C3%A4%22%0D%0Ax%3A%20y.txt`,
  );
  assert.equal(
    dispositionOf('報告😀.csv'),
    `attachment; filename="____.csv"; filename*=UTF-8''%E5%A0%B1%E5%91%8A%F0%9F%98%80.csv`,
  );
  assert.match(dispositionOf('\ud800'), /%EF%BF%BD$/);
  assert.match(dispositionOf("a'(b)*!"), /a%27%28b%29%2A%21$/);
});
