import { createHmac } from 'node:crypto';
import { type Config, readConfig } from './config/config.ts';
import type { OpenArtifacts } from './runs/artifacts/artifacts.ts';
import { artifactFolder } from './runs/artifacts/folder.ts';

type Options = Config['artifacts'];

/** How artifacts are kept: in the bucket of the config, or else where launchers write them. */
export async function artifactsIn(
  { bucket, ...options }: Options,
  tokenSecret: Uint8Array,
): Promise<OpenArtifacts> {
  if (bucket === null) return artifactFolder;
  // Imported here, so that a service without a bucket does not load its client.
  const { inBucket } = await import('./runs/artifacts/bucket/open.ts');
  // The same for all who have this store, and for nobody else; it tells nothing of the secret.
  const identity = createHmac('sha256', tokenSecret).update('owner of a bucket').digest('hex');
  return inBucket({ ...options, bucket }, identity.slice(0, 32), process.env);
}

/**
 * Says in a sentence how the bucket that these variables name stands. Throws `invalid_option` with what
 * is wrong.
 */
export async function examineArtifacts(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { bucket, ...options } = readConfig({ env }).artifacts;
  if (bucket === null) return 'In the data folder.';
  const { examineBucket } = await import('./runs/artifacts/bucket/open.ts');
  return examineBucket({ ...options, bucket }, env);
}
