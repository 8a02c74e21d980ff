import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { after } from 'node:test';
import { type BucketServer, startBucketServer } from '../../../../../test/shared/bucket.support.ts';
import type { Artifacts, Known, OpenArtifacts } from './artifacts.ts';
import { inBucket } from './bucket/open.ts';
import type { BucketOptions } from './bucket/place.ts';
import { artifactFolder } from './folder.ts';

/** An implementation of `Artifacts`, for a suite that says the same of each. */
export interface Subject {
  readonly name: string;
  /** A place in which nothing is. */
  readonly make: () => Promise<OpenArtifacts>;
}

/** One server for all tests of a file, started by the first that needs it. */
let server: Promise<BucketServer> | undefined;
after(async () => {
  await (await server)?.[Symbol.asyncDispose]();
});

export function bucketServer(): Promise<BucketServer> {
  return (server ??= startBucketServer());
}

export function bucketAt(endpoint: string, bucket: string): BucketOptions {
  return { bucket, endpoint, region: 'us-east-1', credentials: null, presigned: false };
}

export const subjects: readonly Subject[] = [
  { name: 'folder', make: () => Promise.resolve(artifactFolder) },
  {
    name: 'bucket',
    make: async () => {
      const { endpoint, env, makeBucket } = await bucketServer();
      return inBucket(bucketAt(endpoint, `s3://${await makeBucket()}/some/where`), 'a store', env);
    },
  },
];

export function run(n: number): string {
  return `run_${n.toString(16).padStart(32, '0')}`;
}

/** Writes an artifact as a launcher does. */
export function write(artifacts: Artifacts, of: string, n: number, bytes: Buffer): Known {
  const id = `art_${n.toString(16).padStart(32, '0')}`;
  const path = artifacts.pathOf(of, id);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { id, sizeBytes: bytes.length, sha256 };
}

/** The bytes of an artifact, read to the end; undefined if it is not there. */
export async function readAll(
  artifacts: Artifacts,
  of: string,
  artifact: Known,
): Promise<Buffer | undefined> {
  const stream = await artifacts.read(of, artifact);
  return stream && Buffer.concat((await stream.toArray()) as Buffer[]);
}
