import { flag, orNull, text, textLike, whole } from '@castellan/protocol/kinds';
import { type Row, row } from './row.ts';

const day = 86_400_000;
const Mi = 2 ** 20;
/** An age in the store. It has no upper bound, since no timer waits for it. */
const age = whole(0);
const bytes = whole(0, 2 ** 50);

/** Where runs and artifacts are kept, and for how long: a part of `serverTable`. */
export const storageTable = {
  'store.url': row(
    orNull(text),
    null,
    'CASTELLAN_STORE',
    'A PostgreSQL database for runs, keys, functions, secrets and kv, as postgres://USER:PASSWORD@HOST:PORT/DATABASE. null keeps them in the data folder, which has the artifacts too unless they are in a bucket.',
  ),
  'store.runsMs': row(
    age,
    30 * day,
    'CASTELLAN_STORE_RUNS_MS',
    'Age at which ended runs are removed.',
  ),
  'store.logsMs': row(
    age,
    7 * day,
    'CASTELLAN_STORE_LOGS_MS',
    'Age at which events, logs and requests of ended runs are removed.',
  ),
  'store.bytes': row(
    bytes,
    10_240 * Mi,
    'CASTELLAN_STORE_BYTES',
    'Size of the store above which the oldest ended runs are removed.',
  ),
  'artifacts.bucket': row(
    orNull(text),
    null,
    'CASTELLAN_ARTIFACTS_BUCKET',
    'A bucket of S3 for artifacts, as s3://BUCKET/PREFIX: for this service alone, which removes there what its store does not know. null keeps them in the data folder.',
  ),
  'artifacts.endpoint': row(
    orNull(text),
    null,
    'CASTELLAN_ARTIFACTS_ENDPOINT',
    'Where the bucket is, as https://HOST:PORT. null: at AWS, in the region.',
  ),
  'artifacts.region': row(
    textLike('the name of a region, such as eu-central-1', /^[a-z0-9][a-z0-9-]{0,62}$/),
    'us-east-1',
    'CASTELLAN_ARTIFACTS_REGION',
    'The region of the bucket.',
  ),
  'artifacts.credentials': row(
    orNull(text),
    null,
    'CASTELLAN_ARTIFACTS_CREDENTIALS',
    'A file in the form of the shared credentials of AWS, of which [default] is taken; read again at each request. null takes CASTELLAN_S3_ACCESS_KEY_ID, CASTELLAN_S3_SECRET_ACCESS_KEY and CASTELLAN_S3_SESSION_TOKEN of the environment.',
  ),
  'artifacts.presigned': row(
    flag,
    false,
    'CASTELLAN_ARTIFACTS_PRESIGNED',
    'Sends those who fetch an artifact to the bucket, with a URL that anybody may use for a minute. Pages still get the bytes from the service.',
  ),
  'artifacts.keepMs': row(
    age,
    7 * day,
    'CASTELLAN_ARTIFACTS_MS',
    'Age at which artifacts are removed.',
  ),
  'artifacts.bytes': row(
    bytes,
    10_240 * Mi,
    'CASTELLAN_ARTIFACTS_BYTES',
    'Size of all artifacts above which the oldest are removed.',
  ),
} as const satisfies Record<string, Row<unknown>>;
