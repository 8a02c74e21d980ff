import { join } from 'node:path';
import type { KeyAdmin } from './admin.ts';
import { type KeyStore, openKeys } from './store.ts';

/** Opens the keys where the store is: in the database, or in a file of the data folder. */
export async function openKeyAdmin(folder: string, url: string | null): Promise<KeyAdmin> {
  if (url === null) return keysOf(openKeys(join(folder, 'keys.sqlite')));
  const { postgresKeys } = await import('./postgres.ts');
  return postgresKeys(url);
}

/** The keys of a file as callers know them. */
export function keysOf(file: KeyStore): KeyAdmin {
  return {
    find: async (key) => file.find(key),
    holder: async (id) => file.holder(id),
    isEmpty: async () => file.isEmpty,
    tokenSecret: file.tokenSecret,
    create: async (grant) => file.create(grant),
    list: async () => file.list(),
    revoke: async (id) => file.revoke(id),
    [Symbol.asyncDispose]: async () => file[Symbol.dispose](),
  };
}
