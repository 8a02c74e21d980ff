import { CastellanError } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';

/** The options of a bucket, as the config has them. */
export interface BucketOptions {
  /** `s3://BUCKET` or `s3://BUCKET/PREFIX`. */
  readonly bucket: string;
  /** Null: that of AWS in the region. */
  readonly endpoint: string | null;
  readonly region: string;
  /** A file; null: the environment. */
  readonly credentials: string | null;
  /** Clients fetch artifacts from the bucket, by a URL that is good for a minute. */
  readonly presigned: boolean;
}

/** Where artifacts lie. */
export interface Place {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly bucket: string;
  /** Before the name of each object; empty, or ends with a slash. */
  readonly prefix: string;
  readonly region: string;
  /** For messages: `s3://BUCKET/PREFIX at HOST`. */
  readonly where: string;
}

/** Throws `invalid_option`. */
export function placeOf({ bucket: written, endpoint, region }: BucketOptions): Place {
  const [, bucket, prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/((?:[\w.-]{1,64}\/){0,7}[\w.-]{1,64})\/?)?\/?$/.exec(
      written,
    ) ?? [];
  if (bucket === undefined || /(?:^|\/)\.{1,2}(?:\/|$)/.test(prefix)) {
    throw new CastellanError(
      'invalid_option',
      `artifacts.bucket must be s3://BUCKET or s3://BUCKET/PREFIX, not ${shown(written)}.`,
      {
        fix: 'name the bucket, and below it a folder for this service alone',
        option,
        value: written,
      },
    );
  }
  const origin = endpoint ?? `https://s3.${region}.amazonaws.com`;
  const url = URL.parse(origin);
  const isPlain = url?.pathname === '/' && url.search === '' && url.username === '';
  if (url === null || !/^https?:$/.test(url.protocol) || !isPlain) {
    throw new CastellanError(
      'invalid_option',
      'artifacts.endpoint must be http:// or https:// with a host and a port, and nothing more.',
      { fix: 'write https://HOST:PORT; credentials go elsewhere', option: 'artifacts.endpoint' },
    );
  }
  return {
    origin: url.origin,
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    region,
    where: `s3://${bucket}${prefix === '' ? '' : `/${prefix}`} at ${url.host}`,
  };
}

const option = 'artifacts.bucket';
