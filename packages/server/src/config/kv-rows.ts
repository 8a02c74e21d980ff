import { whole } from '@castellan/protocol/kinds';
import { row } from './row.ts';

const count = whole(1, 2 ** 31 - 1);

/** How much scripts of a tenant may keep by `kv`, and how often they may ask. */
export const kvRows = {
  'kv.entries': row(count, 10_000, 'CASTELLAN_KV_ENTRIES', 'Keys of one tenant.'),
  'kv.tenantBytes': row(
    whole(1, Number.MAX_SAFE_INTEGER),
    16 * 2 ** 20,
    'CASTELLAN_KV_BYTES',
    'Size of all keys and values of one tenant.',
  ),
  'kv.perMinute': row(
    count,
    6_000,
    'CASTELLAN_KV_PER_MINUTE',
    'Calls of kv in a minute, of all scripts of one tenant, in each service over one database.',
  ),
} as const;
