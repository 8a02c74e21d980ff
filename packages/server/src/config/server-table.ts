import {
  boxStartMs,
  boxUsersTable,
  certificates,
  defaultBoxStartMs,
  defaultBoxUsers,
  flag,
  listOf,
  oneOf,
  orNull,
  shape,
  text,
  whole,
} from '@castellan/protocol/kinds';
import { availableParallelism } from 'node:os';
import { contact } from './contact.ts';
import { functionRows } from './function-rows.ts';
import { type Row, row } from './row.ts';
import { kvRows } from './kv-rows.ts';
import { secretRows } from './secret-rows.ts';
import { scheduleRows } from './schedule-rows.ts';
import { shareTable } from './share-table.ts';
import { webhookRows } from './webhook-rows.ts';
import { storageTable } from './storage-table.ts';

const Mi = 2 ** 20;
const ms = whole(0, 2 ** 31 - 1);
const bytes = whole(0, 2 ** 50);
const count = whole(1, 2 ** 31 - 1);

/** Every option of the service by its full name, except those of its policies. */
export const serverTable = {
  host: row(
    text,
    '127.0.0.1',
    'CASTELLAN_HOST',
    'Address to listen on. Any other than a loopback address needs a key first.',
  ),
  port: row(whole(0, 65_535), 7_400, 'CASTELLAN_PORT', 'Port to listen on; 0 takes a free one.'),
  data: row(
    text,
    '.castellan',
    'CASTELLAN_DATA',
    'Folder that holds all state. Relative to the current folder.',
  ),
  playground: row(
    flag,
    true,
    'CASTELLAN_PLAYGROUND',
    'A page at / to write scripts, run them and see what they do. It has no rights of its own: it asks the API, with the key that a person gives it.',
  ),
  dashboard: row(
    flag,
    true,
    'CASTELLAN_DASHBOARD',
    'A page at /admin for operators: runs, pressure, tenants, keys, policies. It asks the API, with a key of the scope admin.',
  ),
  reference: row(
    flag,
    true,
    'CASTELLAN_REFERENCE',
    'A page at /reference that shows the HTTP API, out of /openapi.json.',
  ),
  'security.contacts': row(
    listOf(contact, 10),
    [],
    'CASTELLAN_SECURITY_CONTACTS',
    'Whom to tell of a hole, as mailto:, https: or tel: addresses; they are shown at /.well-known/security.txt, which is not there without one.',
  ),
  logLevel: row(
    oneOf(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    'info',
    'CASTELLAN_LOG_LEVEL',
    'The least important line that is logged.',
  ),
  trustedProxies: row(
    listOf(text),
    [],
    'CASTELLAN_TRUSTED_PROXIES',
    'Addresses and ranges whose X-Forwarded-For is trusted.',
  ),
  'boxUsers.first': row(
    boxUsersTable.first,
    defaultBoxUsers.first,
    'CASTELLAN_BOX_USERS_FIRST',
    'Where the service runs as root: the lowest number of the users of this machine of which each box gets one to itself.',
  ),
  'boxUsers.count': row(
    boxUsersTable.count,
    defaultBoxUsers.count,
    'CASTELLAN_BOX_USERS_COUNT',
    'How many such users there are. Neither /etc/passwd nor /etc/subuid may give one to anybody.',
  ),
  boxStartMs: row(
    boxStartMs,
    defaultBoxStartMs,
    'CASTELLAN_BOX_START_MS',
    'How long a box of a script, a browser or the gateway may take until it is ready; more on slow machines.',
  ),
  'cors.origins': row(
    listOf(text),
    [],
    'CASTELLAN_CORS_ORIGINS',
    'Origins, such as https://app.example, whose pages may ask and read answers. "*" is any, but only without a key.',
  ),
  'keys.anonymousPolicy': row(
    orNull(text),
    null,
    'CASTELLAN_ANONYMOUS_POLICY',
    'Policy of callers without a key, once there are keys. null refuses them.',
  ),
  launchers: row(
    whole(0, 1),
    1,
    'CASTELLAN_LAUNCHERS',
    'Launchers of its own. 0: runs go to workers alone (castellan worker), and nothing of a script is read here.',
  ),
  'queue.concurrency': row(
    count,
    4 * availableParallelism(),
    'CASTELLAN_CONCURRENCY',
    'Runs at a time, of all tenants together.',
    'four for each processor',
  ),
  'queue.maxQueued': row(
    count,
    100_000,
    'CASTELLAN_MAX_QUEUED',
    'Runs that may wait, of all tenants together; more are answered 503.',
  ),
  'queue.leaseMs': row(
    whole(1_000, 600_000),
    15_000,
    'CASTELLAN_LEASE_MS',
    'How long a launcher may be silent before it is considered dead.',
  ),
  'queue.drainMs': row(
    ms,
    30_000,
    'CASTELLAN_DRAIN_MS',
    'Time that runs have to end after SIGTERM; the others go back to the queue.',
  ),
  ...storageTable,
  ...shareTable,
  ...functionRows,
  ...secretRows,
  ...kvRows,
  ...scheduleRows,
  ...webhookRows,
  'egress.resolver': row(
    orNull(listOf(text)),
    null,
    'CASTELLAN_RESOLVER',
    'Name servers of the gateway, as address or address:port. null takes those of the machine.',
  ),
  'egress.ca': row(
    orNull(certificates),
    null,
    null,
    'Certificates in PEM that the gateway, full Node and pages trust besides their own.',
  ),
  'rates.rules': row(
    listOf(
      shape<{
        name: string;
        by: readonly ('key' | 'tenant' | 'address' | 'path')[];
        perMinute: number;
        paths?: readonly string[];
      }>(
        'an object { name, by, perMinute, paths }',
        {
          name: text,
          by: listOf(oneOf(['key', 'tenant', 'address', 'path'])),
          perMinute: count,
          paths: listOf(text),
        },
        { optional: ['paths'] },
      ),
    ),
    [],
    null,
    'More rate limits: { name, by, perMinute, paths }, counted by key, tenant, address, path or several together. A path is a route such as "POST /v1/runs".',
  ),
  'rates.allow.keys': row(
    listOf(text),
    [],
    'CASTELLAN_RATES_ALLOW_KEYS',
    'Ids of keys (key_…) that no rate limit stops.',
  ),
  'rates.allow.addresses': row(
    listOf(text),
    [],
    'CASTELLAN_RATES_ALLOW_ADDRESSES',
    'Addresses and ranges that no rate limit stops.',
  ),
  'rates.wrongKeysPerMinute': row(
    count,
    20,
    null,
    'Requests with a wrong key that one address may send in a minute.',
  ),
  'rates.shutOut.refusals': row(count, 1_000, null, 'Refusals after which a caller is shut out.'),
  'rates.shutOut.withinMs': row(count, 60_000, null, 'Time in which those refusals are counted.'),
  'rates.shutOut.firstMs': row(
    count,
    10_000,
    null,
    'How long a caller is shut out the first time; doubled each further time within a day.',
  ),
  'rates.shutOut.mostMs': row(
    count,
    3_600_000,
    null,
    'The longest time that a caller is shut out.',
  ),
  'rates.inFlight': row(
    count,
    1_000,
    null,
    'Requests that are answered at a time, of all callers together.',
  ),
  'rates.connections.total': row(
    count,
    1_024,
    null,
    'Connections at a time. When all are taken, an address that has used up its share is refused; for any other, the connection that has been idle for longest is closed.',
  ),
  'rates.connections.perAddress': row(count, 512, null, 'Connections of one address at a time.'),
  'rates.bodyBytes': row(
    bytes,
    32 * Mi,
    null,
    'Bytes of heavy bodies, over 64 KiB, that are arriving, being read or being checked, of all callers together. A quarter is the most for one tenant, whose further ones wait.',
  ),
} as const satisfies Record<string, Row<unknown>>;
