import { whole } from '@castellan/protocol/kinds';
import { type Row, row } from './row.ts';

const bytes = whole(0, 2 ** 50);
const Mi = 2 ** 20;

/** What is kept of scripts that people share by a link. */
export const shareTable = {
  'shares.bytes': row(
    bytes,
    256 * Mi,
    'CASTELLAN_SHARES_BYTES',
    'Bytes of all scripts that are stored for people with a link; beyond them none is stored. 0 stores none.',
  ),
  'shares.tenantBytes': row(
    bytes,
    16 * Mi,
    'CASTELLAN_SHARES_TENANT_BYTES',
    'Bytes of those of one tenant, above which its oldest are removed. Each counts at least 4,096.',
  ),
  'shares.keepMs': row(
    whole(0),
    30 * 86_400_000,
    'CASTELLAN_SHARES_MS',
    'Age at which stored scripts are removed.',
  ),
} as const satisfies Record<string, Row<unknown>>;
