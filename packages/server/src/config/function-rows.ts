import { availableParallelism } from 'node:os';
import { orNull, recordOf, text, textLike, whole } from '@castellan/protocol/kinds';
import { functionForm } from '../functions/record.ts';
import { row } from './row.ts';

/** Names of hosts as `Host` has them, without a port. */
const hostName = textLike(
  'a name of a host in lower case, without a port',
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
);
const functionName = functionForm.source.slice(1, -1);
const functionPath = textLike(
  'a function as tenant/name',
  new RegExp(`^${functionName}/${functionName}$`),
);

const count = whole(1, 2 ** 31 - 1);

/** How many functions a tenant may store, and of which size; how many calls there may be at a time. */
export const functionRows = {
  'functions.perTenant': row(count, 1_000, 'CASTELLAN_FUNCTIONS', 'Functions of one tenant.'),
  'functions.versions': row(
    whole(1, 10_000),
    100,
    'CASTELLAN_FUNCTION_VERSIONS',
    'Versions of a function that are kept; older ones only while an alias names them.',
  ),
  'functions.concurrency': row(
    count,
    4 * availableParallelism(),
    'CASTELLAN_CALLS',
    'Calls at a time that are not written down, of all tenants together; beside the runs of queue.concurrency.',
    'four for each processor',
  ),
  'functions.tenantBytes': row(
    whole(1, Number.MAX_SAFE_INTEGER),
    256 * 2 ** 20,
    'CASTELLAN_FUNCTIONS_BYTES',
    'Size of all versions of all functions of one tenant.',
  ),
  'functions.http.port': row(
    orNull(whole(0, 65_535)),
    null,
    'CASTELLAN_FUNCTIONS_PORT',
    'Port on which functions answer over HTTP, apart from the API; 0 takes a free one. null: they do not.',
  ),
  'functions.http.host': row(
    text,
    '127.0.0.1',
    'CASTELLAN_FUNCTIONS_HOST',
    'Address for that port. Any other than a loopback address needs a key first.',
  ),
  'functions.http.hosts': row(
    recordOf('an object of functions by host', functionPath, hostName, 10_000),
    {},
    null,
    'Functions with a host of their own, as { "shop.example": "tenant/name" }. All others answer at /f/{tenant}/{name}, on an origin that they share, where browsers give their pages no rights.',
  ),
  'functions.http.bodyBytes': row(
    whole(0, 2 ** 40),
    10 * 2 ** 20,
    null,
    'Bytes of the body of a request that a function answers.',
  ),
  'functions.http.answerBytes': row(
    whole(1, 2 ** 40),
    100 * 2 ** 20,
    null,
    'Bytes of the body of an answer; one that is longer is cut off.',
  ),
  'functions.http.waitMs': row(
    whole(0, 600_000),
    10_000,
    null,
    'How long a call over HTTP may wait for a box; then it is answered 503.',
  ),
  'functions.http.leaveMs': row(
    whole(0, 600_000),
    5_000,
    null,
    'How long the run of a call goes on when its client has left, for what it has begun.',
  ),
} as const;
