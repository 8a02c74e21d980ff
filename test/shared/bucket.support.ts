import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is used of s3rver, which has no types. */
interface S3rver {
  run(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
}
type MakeS3rver = new (options: object) => S3rver;

/** A server of S3's API in this process: quick, and less strict than others. */
export interface BucketServer extends AsyncDisposable {
  readonly endpoint: string;
  /** Whom it knows. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes a bucket, in which nothing is; returns its name. */
  readonly makeBucket: () => Promise<string>;
  /** Puts other bytes in the place of an object's. */
  readonly spoil: (bucket: string, key: string, change: (bytes: Buffer) => Buffer) => void;
  stop(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
}

export async function startBucketServer(): Promise<BucketServer> {
  const Server = createRequire(import.meta.url)('s3rver') as MakeS3rver;
  const directory = mkdtempSync(join(tmpdir(), 'castellan-bucket-'));
  let port = 0;
  let made = 0;
  let server: S3rver | undefined;
  const start = async (): Promise<void> => {
    server = new Server({ port, address: '127.0.0.1', silent: true, directory });
    ({ port } = await server.run());
  };
  const stop = async (): Promise<void> => {
    await server?.close();
    server = undefined;
  };
  await start();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    env: { CASTELLAN_S3_ACCESS_KEY_ID: 'S3RVER', CASTELLAN_S3_SECRET_ACCESS_KEY: 'S3RVER' },
    makeBucket: async () => {
      const name = `bucket-${++made}`;
      mkdirSync(join(directory, name));
      return name;
    },
    spoil: (bucket, key, change) => {
      const file = join(directory, bucket, `${key}._S3rver_object`);
      writeFileSync(file, change(readFileSync(file)));
    },
    start,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      rmSync(directory, { recursive: true });
    },
  };
}
