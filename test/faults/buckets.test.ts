// Artifacts in a bucket of OpenStack Swift, which checks what it is told: the suite of all places, and what
// a quick server does not do. The short version is packages/server/src/runs/artifacts.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { inBucket } from '../../packages/server/src/runs/artifacts/bucket/open.ts';
import { credentialsFrom } from '../../packages/server/src/runs/artifacts/bucket/credentials.ts';
import { placeOf } from '../../packages/server/src/runs/artifacts/bucket/place.ts';
import { requests } from '../../packages/server/src/runs/artifacts/bucket/requests.ts';
import { artifactsSuite } from '../../packages/server/src/runs/artifacts/conformance.support.ts';
import {
  bucketAt,
  readAll,
  run,
  write,
} from '../../packages/server/src/runs/artifacts/subjects.support.ts';
import { keptLog, scratchFolder } from '../../packages/server/src/runs/open.support.ts';
import { noSwift, startSwift, type Swift } from './swift.support.ts';

const options = { skip: noSwift };
let swift: Swift;
let made = 0;

before(async () => {
  if (noSwift === false) swift = await startSwift();
});
after(() => swift?.[Symbol.asyncDispose]());

/** The way to a bucket that is new. */
async function newBucket() {
  const at = bucketAt(swift.endpoint, `s3://bucket-${++made}/some/where`);
  const place = placeOf(at);
  const way = { place, ...requests(place, credentialsFrom(null, swift.env)) };
  await way.ask({ method: 'PUT' });
  return { at, way };
}

async function open(presigned = false) {
  const { at, way } = await newBucket();
  const scratch = await scratchFolder();
  const artifacts = await inBucket(
    { ...at, presigned },
    'a store',
    swift.env,
  )(scratch.path, keptLog());
  return { artifacts, ...way, ...scratch };
}

if (noSwift === false) {
  artifactsSuite({
    name: 'Swift',
    make: async () => inBucket((await newBucket()).at, 'a store', swift.env),
  });
}

/** Stands before Swift, and changes a byte of everything that is put. */
async function meddler() {
  const { hostname, port } = new URL(swift.endpoint);
  const server = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    const sent = request({ hostname, port, method, path: url, headers }, (its) => {
      answer.writeHead(its.statusCode ?? 500, its.headers);
      its.pipe(answer);
    });
    asked.once('data', (chunk: Buffer) => {
      if (method === 'PUT') chunk[0] = (chunk[0] ?? 0) ^ 1;
    });
    asked.pipe(sent);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('bytes that were changed on their way into the bucket are refused', options, async () => {
  const { at, way } = await newBucket();
  await way.ask({ method: 'PUT', key: 'castellan-store', body: Buffer.from('a store') });
  using between = await meddler();
  const changed = requests(
    placeOf({ ...at, endpoint: between.endpoint }),
    credentialsFrom(null, swift.env),
  );
  const key = `${run(1)}/art_${'1'.repeat(32)}`;
  await assert.rejects(
    changed.ask({ method: 'PUT', key, body: Buffer.from('what a run has made') }),
    /answers (?:BadDigest|XAmzContentSHA256Mismatch)/,
  );
  await assert.rejects(way.ask({ method: 'GET', key }), { status: 404 });
});

test('wrong credentials and a bucket that is not there are told apart', options, async () => {
  const { at } = await newBucket();
  await using scratch = await scratchFolder();
  const wrong = { ...swift.env, CASTELLAN_S3_SECRET_ACCESS_KEY: 'canary' };
  const unknown = { ...swift.env, CASTELLAN_S3_ACCESS_KEY_ID: 'canary' };
  for (const [env, bucket, says] of [
    [wrong, at.bucket, /refuses the credentials/],
    [unknown, at.bucket, /refuses the credentials/],
    [swift.env, 's3://nothing', /does not exist/],
  ] as const) {
    await assert.rejects(
      inBucket({ ...at, bucket }, 'a store', env)(scratch.path, keptLog()),
      (error: Error) => says.test(error.message) && !error.message.includes('canary'),
    );
  }
});

test('an upload that was not ended is found and dropped', options, async () => {
  await using bucket = await open();
  const { artifacts, ask } = bucket;
  const id = `art_${'1'.repeat(32)}`;
  await ask({ method: 'POST', key: `${run(1)}/${id}`, query: { uploads: '' } });
  const found = async (): Promise<string[]> => {
    const runs: string[] = [];
    for await (const { run: its } of artifacts.halfDone()) runs.push(its);
    return runs;
  };
  assert.deepEqual(await found(), [run(1)]);
  for await (const { drop } of artifacts.halfDone()) await drop();
  assert.deepEqual(await found(), []);
});

test(
  'whoever has the URL of an artifact gets it from the bucket, as an attachment',
  options,
  async () => {
    await using bucket = await open(true);
    const { artifacts } = bucket;
    const bytes = randomBytes(1_000);
    const artifact = write(artifacts, run(1), 1, bytes);
    await artifacts.keep(run(1), artifact);
    const as = { contentType: 'image/png', disposition: 'attachment; filename="a b.png"' };
    const url = (await artifacts.urlOf(run(1), artifact, as)) ?? '';
    const answer = await fetch(url);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
    assert.equal(answer.headers.get('content-disposition'), as.disposition);
    assert.equal(answer.headers.get('content-type'), as.contentType);
    const other = new URL(url);
    other.pathname = other.pathname.replace(artifact.id, `art_${'2'.repeat(32)}`);
    assert.equal((await fetch(other)).status, 403);
  },
);

test('thousands of artifacts are listed over all pages', options, async () => {
  await using bucket = await open();
  const { artifacts, ask } = bucket;
  const names = Array.from(
    { length: 1_050 },
    (_, n) => `${run(n % 3)}/art_${n.toString(16).padStart(32, '0')}`,
  );
  for (let at = 0; at < names.length; at += 25) {
    await Promise.all(
      names.slice(at, at + 25).map((key) => ask({ method: 'PUT', key, body: Buffer.from('x') })),
    );
  }
  const found: string[] = [];
  for await (const { run: its, artifacts: ids } of artifacts.kept()) {
    found.push(...ids.map((id) => `${its}/${id}`));
  }
  assert.deepEqual(found.toSorted(), names.toSorted());
  assert.ok(
    await readAll(artifacts, run(0), {
      id: names[0]?.slice(37) ?? '',
      sizeBytes: 1,
      sha256: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
    }),
  );
});
