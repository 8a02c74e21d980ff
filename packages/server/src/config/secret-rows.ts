import { hidden, orNull, text, whole } from '@castellan/protocol/kinds';
import { row } from './row.ts';

/** The keys that secrets are sealed with, and how many secrets a tenant may store. */
export const secretRows = {
  'secrets.keys': row(
    orNull(hidden(text)),
    null,
    'CASTELLAN_SECRETS_KEYS',
    'Keys that stored secrets are sealed with, 32 bytes each in base64, with commas between them: the first one seals, all of them open. null stores no secrets.',
  ),
  'secrets.keysFile': row(
    orNull(text),
    null,
    'CASTELLAN_SECRETS_KEYS_FILE',
    'A file with those keys, one a line, in place of secrets.keys; read at the start.',
  ),
  'secrets.perTenant': row(whole(1, 10_000), 100, 'CASTELLAN_SECRETS', 'Secrets of one tenant.'),
} as const;
