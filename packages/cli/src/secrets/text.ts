import type { SecretRecord } from '@castellan/sdk';
import { tableText } from '../output/table.ts';

/** Formats secrets as a table with a head; nothing for none. */
export function secretsText(items: readonly SecretRecord[]): string {
  const heads = ['SECRET', 'TENANT', 'UPDATED', 'GOES TO', 'FUNCTIONS'];
  return tableText(
    heads,
    items.map(({ name, tenant, updatedAt, hosts, inEnv, functions }) => [
      name,
      tenant,
      updatedAt,
      inEnv ? 'env' : hosts.join(' '),
      functions === null ? 'any run' : functions.join(' '),
    ]),
  );
}
