import { CastellanError } from '@castellan/protocol';
import type { OpenArtifacts } from '../artifacts.ts';
import { artifactBucket } from './bucket.ts';
import { credentialsFrom } from './credentials.ts';
import { cannotUse } from './faults.ts';
import { type BucketOptions, type Place, placeOf } from './place.ts';
import { BucketFault, type Requests, requests } from './requests.ts';

/**
 * The object that says whose the bucket is. A service removes what its store does not know: two of them in
 * one place would remove each other's artifacts.
 */
const ownerKey = 'castellan-store';

/** Keeps artifacts in a bucket for the store of that identity. Throws `invalid_option`. */
export function inBucket(
  options: BucketOptions,
  identity: string,
  env: Parameters<typeof credentialsFrom>[1],
): OpenArtifacts {
  return async (folder, log) => {
    const { place, ...ways } = wayTo(options, env);
    await told(place, async () => {
      const owner = await ownerOf(ways);
      // Its own is written again: that shows that this service may write.
      if (owner === undefined || owner === identity) await ways.ask(claim(identity));
      const now = await ownerOf(ways);
      if (now !== identity) throw foreign(place);
    });
    return artifactBucket(folder, { ...ways, place, presigned: options.presigned, log });
  };
}

/** Says in a sentence how a bucket stands. Changes nothing. Throws `invalid_option`. */
export async function examineBucket(
  options: BucketOptions,
  env: Parameters<typeof credentialsFrom>[1],
): Promise<string> {
  const { place, ...ways } = wayTo(options, env);
  return told(place, async () => {
    const owner = await ownerOf(ways);
    const state = owner === undefined ? 'new to Castellan' : `used by the store ${owner}`;
    return `The bucket ${place.where}: can be read, ${state}.`;
  });
}

function wayTo(
  options: BucketOptions,
  env: Parameters<typeof credentialsFrom>[1],
): Requests & { readonly place: Place } {
  const place = placeOf(options);
  return { place, ...requests(place, credentialsFrom(options.credentials, env)) };
}

/** The identity of the store that has the bucket; undefined for one that is new. */
async function ownerOf({ ask }: Pick<Requests, 'ask'>): Promise<string | undefined> {
  // Of a bucket that is not there, and where rights are missing, this one tells.
  await ask({ method: 'GET', query: { 'list-type': '2', 'max-keys': '1' } });
  try {
    return (await (await ask({ method: 'GET', key: ownerKey })).text()).trim();
  } catch (error) {
    if (error instanceof BucketFault && error.status === 404) return undefined;
    throw error;
  }
}

function claim(identity: string) {
  return { method: 'PUT', key: ownerKey, body: Buffer.from(`${identity}\n`) } as const;
}

function foreign({ where, prefix }: Place): CastellanError {
  return new CastellanError(
    'invalid_option',
    `The bucket ${where} holds the artifacts of another store.`,
    {
      fix: `name another prefix in artifacts.bucket, or, if that store is gone, remove the object ${prefix}${ownerKey}`,
      option: 'artifacts.bucket',
    },
  );
}

async function told<Result>(place: Place, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof BucketFault ? cannotUse(place, error) : error;
  }
}
