// The service with its artifacts in a bucket, as an operator starts it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startBucketServer } from '../shared/bucket.support.ts';
import { until } from '../shared/until.support.ts';
import { startService } from './service.support.ts';

const secret = 'canary-of-the-bucket';

test('artifacts lie in the bucket, and its secret nowhere that others read', async () => {
  await using server = await startBucketServer();
  const name = await server.makeBucket();
  const env = {
    ...server.env,
    CASTELLAN_S3_SECRET_ACCESS_KEY: secret,
    CASTELLAN_ARTIFACTS_BUCKET: `s3://${name}/shop`,
    CASTELLAN_ARTIFACTS_ENDPOINT: server.endpoint,
    CASTELLAN_ARTIFACTS_PRESIGNED: 'true',
  };
  await using service = await startService({ env });
  const code = `await artifacts.write('a b.txt', 'first');
    await artifacts.write('a b.txt', params.text);
    return [await artifacts.read('a b.txt', 'utf8'), Object.values(env)]`;
  const run = await service.run({ code, params: { text: 'second' } });
  assert.deepEqual([run.status, run.value], ['succeeded', ['second', []]], run.error?.message);
  const [artifact] = run.artifacts;
  assert.ok(artifact);
  const path = new URL(artifact.url, service.url);
  const sent = await fetch(path, { redirect: 'manual' });
  assert.equal(sent.status, 307);
  const there = sent.headers.get('location') ?? '';
  assert.match(there, new RegExp(`^${server.endpoint}/${name}/shop/${run.id}/${artifact.id}\\?`));
  const fetched = await fetch(there);
  assert.equal(await fetched.text(), 'second');
  assert.match(
    fetched.headers.get('content-disposition') ?? '',
    /^attachment; filename="a b\.txt"/,
  );
  // A page may not be allowed to follow to another origin.
  const ofPage = await fetch(path, { headers: { 'sec-fetch-site': 'same-origin' } });
  assert.deepEqual([ofPage.status, await ofPage.text()], [200, 'second']);
  await until('the launcher’s file is gone', () => {
    return readdirSync(join(service.data, 'artifacts')).length === 0;
  });
  const launcher = readFileSync(`/proc/${service.launcherPid}/environ`, 'utf8');
  assert.ok(launcher.includes('PATH='));
  assert.ok(!launcher.includes(secret), 'the launcher has no way to the bucket');
  await service.stop('SIGTERM');
  for (const text of [...service.log, there]) assert.ok(!text.includes(secret), text);
});
