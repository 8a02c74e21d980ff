import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo, createServer as createListener } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { CastellanError } from '@castellan/protocol';
import { startBucketServer } from '../../../../../../test/shared/bucket.support.ts';
import { keptLog, scratchFolder } from '../../open.support.ts';
import { WrongBytesError } from '../artifacts.ts';
import { keepSurely } from '../keep.ts';
import { bucketAt, bucketServer, readAll, run, write } from '../subjects.support.ts';
import { examineBucket, inBucket } from './open.ts';
import type { BucketOptions } from './place.ts';

const never = new AbortController().signal;

/** An address at which nobody listens. */
async function nobody(): Promise<string> {
  const listener = createListener().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return `http://127.0.0.1:${port}`;
}

/** A server that answers everything with one error of S3. */
async function refusing(status: number, code: string, region = '') {
  const server = createServer((_request, answer) => {
    answer.writeHead(status, region === '' ? {} : { 'x-amz-bucket-region': region });
    answer.end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    [Symbol.dispose]: () => void server.close(),
  };
}

async function refusal(options: BucketOptions, env: Record<string, string | undefined>) {
  await using scratch = await scratchFolder();
  try {
    await inBucket(options, 'a store', env)(scratch.path, keptLog());
  } catch (error) {
    assert.ok(error instanceof CastellanError, String(error));
    assert.equal(error.code, 'invalid_option');
    const said = JSON.stringify([error.message, error.cause, error.fix]);
    for (const secret of Object.values(env)) assert.ok(!said.includes(secret ?? '-'), said);
    return `${error.detail} ${error.fix}`;
  }
  return assert.fail('it opened');
}

const secrets = {
  CASTELLAN_S3_ACCESS_KEY_ID: 'canary-of-the-id',
  CASTELLAN_S3_SECRET_ACCESS_KEY: 'canary-of-the-secret',
};

test('a bucket that cannot be used keeps the service from starting, with what to do', async () => {
  const { endpoint, env, makeBucket } = await bucketServer();
  const bucket = `s3://${await makeBucket()}`;
  const there = bucketAt(endpoint, bucket);
  const cases: [BucketOptions, Record<string, string | undefined>, RegExp][] = [
    [bucketAt(endpoint, 's3://nothing'), env, /nothing at 127.* does not exist\. make it/],
    [there, secrets, /refuses the credentials\. correct CASTELLAN_S3_ACCESS_KEY_ID/],
    [there, {}, /There are no credentials .*\. set CASTELLAN_S3_ACCESS_KEY_ID and/],
    [{ ...there, credentials: '/nowhere' }, env, /The file \/nowhere .* cannot be read \(ENOENT\)/],
    [{ ...there, credentials: '/dev/null' }, env, /holds no credentials\. .*below \[default\]/],
    [bucketAt(await nobody(), bucket), env, /nobody listens there\. start it/],
    [bucketAt(endpoint.replace('http:', 'https:'), bucket), env, /does not speak TLS/],
    [bucketAt('https://a:b@c/d?e', bucket), env, /endpoint must be http:\/\/ or https:\/\/ with/],
    [bucketAt(endpoint, 'bucket'), env, /must be s3:\/\/BUCKET or .*, not "bucket"\./],
    [bucketAt(endpoint, 's3://bucket/../other'), env, /must be s3:\/\/BUCKET/],
  ];
  for (const [options, variables, says] of cases) {
    assert.match(await refusal(options, variables), says);
  }
});

for (const [status, code, region, says] of [
  [403, 'AccessDenied', '', /denies these credentials a right.*s3:ListBucketMultipartUploads/],
  [403, 'SignatureDoesNotMatch', '', /refuses the credentials/],
  [301, 'PermanentRedirect', 'eu-west-9', /another region than us-east-1\. set .* to eu-west-9/],
  [403, 'RequestTimeTooSkewed', '', /another time than this machine/],
  [418, 'Teapot', '', /cannot be used: Teapot\. check artifacts\.bucket/],
] as const) {
  test(`a bucket that answers ${code} keeps the service from starting`, async () => {
    using server = await refusing(status, code, region);
    assert.match(await refusal(bucketAt(server.endpoint, 's3://some'), secrets), says);
  });
}

test('a bucket belongs to one store, and says whose it is', async () => {
  const { endpoint, env, makeBucket } = await bucketServer();
  const options = bucketAt(endpoint, `s3://${await makeBucket()}/runs`);
  await using scratch = await scratchFolder();
  assert.match(await examineBucket(options, env), /can be read, new to Castellan\.$/);
  for (const _ of [1, 2]) await inBucket(options, 'store-1', env)(scratch.path, keptLog());
  assert.match(await examineBucket(options, env), /used by the store store-1\.$/);
  await assert.rejects(
    inBucket(options, 'store-2', env)(scratch.path, keptLog()),
    /holds the artifacts of another store\..*remove the object runs\/castellan-store/,
  );
});

test('a run waits for a bucket that is away, which the log tells once, without a secret', async () => {
  await using server = await startBucketServer();
  await using scratch = await scratchFolder();
  const log = keptLog();
  const options = bucketAt(server.endpoint, `s3://${await server.makeBucket()}`);
  const artifacts = await inBucket(options, 'a store', server.env)(scratch.path, log);
  const artifact = write(artifacts, run(1), 1, Buffer.from('text'));
  await server.stop();
  const gaveUp = keepSurely(artifacts, run(1), artifact, AbortSignal.abort());
  await assert.rejects(gaveUp, /ECONNREFUSED/);
  const keeping = keepSurely(artifacts, run(1), artifact, never);
  await server.start();
  await keeping;
  assert.equal(String(await readAll(artifacts, run(1), artifact)), 'text');
  const told = log.lines.map(({ text }) => text);
  assert.deepEqual(told, ['the bucket refuses; artifacts wait', 'the bucket is back']);
  assert.ok(!JSON.stringify(log.lines).includes('S3RVER'));
});

test('what is not what its launcher said never comes into the bucket', async () => {
  const { endpoint, env, makeBucket } = await bucketServer();
  await using scratch = await scratchFolder();
  const open = inBucket(bucketAt(endpoint, `s3://${await makeBucket()}`), 'a store', env);
  const artifacts = await open(scratch.path, keptLog());
  for (const size of [10, 9 * 2 ** 20]) {
    const artifact = write(artifacts, run(1), 1, Buffer.alloc(size, 'a'));
    write(artifacts, run(1), 1, Buffer.alloc(size, 'b'));
    await assert.rejects(artifacts.keep(run(1), artifact), WrongBytesError);
  }
  for await (const kept of artifacts.kept()) assert.fail(JSON.stringify(kept));
});

test('bytes that were changed in the bucket are not served to the end', async () => {
  const { endpoint, env, makeBucket, spoil } = await bucketServer();
  const name = await makeBucket();
  await using scratch = await scratchFolder();
  const open = inBucket(bucketAt(endpoint, `s3://${name}`), 'a store', env);
  const artifacts = await open(scratch.path, keptLog());
  for (const [n, change] of [
    (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 1)),
    (bytes: Buffer) => bytes.subarray(1),
    (bytes: Buffer) => Buffer.concat([bytes, bytes]),
  ].entries()) {
    const artifact = write(artifacts, run(1), n, Buffer.from('what was kept'));
    await artifacts.keep(run(1), artifact);
    spoil(name, `${run(1)}/${artifact.id}`, change);
    await assert.rejects(readAll(artifacts, run(1), artifact), /not those that were kept/);
  }
});

test('credentials that are renewed in their file are used at once', async () => {
  const { endpoint, env, makeBucket } = await bucketServer();
  await using scratch = await scratchFolder();
  const credentials = join(scratch.path, 'credentials');
  const options = { ...bucketAt(endpoint, `s3://${await makeBucket()}`), credentials };
  const say = (id: string | undefined): void =>
    writeFileSync(
      credentials,
      `[default]\naws_access_key_id=${id}\naws_secret_access_key = ${env['CASTELLAN_S3_SECRET_ACCESS_KEY']}\n[other]\naws_access_key_id = no\n`,
    );
  say(env['CASTELLAN_S3_ACCESS_KEY_ID']);
  const artifacts = await inBucket(options, 'a store', {})(scratch.path, keptLog());
  const artifact = write(artifacts, run(1), 1, Buffer.from('text'));
  say('revoked');
  await assert.rejects(artifacts.keep(run(1), artifact), /InvalidAccessKeyId/);
  say(env['CASTELLAN_S3_ACCESS_KEY_ID']);
  await artifacts.keep(run(1), artifact);
});
