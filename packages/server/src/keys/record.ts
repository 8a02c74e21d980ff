import { CastellanError, newId } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import { type Caller, type Scope, scopes } from './keys.ts';
import { hashOf, newKey } from './secret.ts';

/** What a new key may do. */
export interface KeyGrant extends Pick<Caller, 'tenant' | 'mayNameTenant' | 'policies' | 'scopes'> {
  /** For people: which program or person has it. */
  readonly name: string;
  /** RFC 3339 UTC; null never. */
  readonly expiresAt: string | null;
}

/** The stored facts of a key. Never the key itself. */
export interface KeyRecord extends KeyGrant {
  /** `key_…` */
  readonly id: string;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

/** The caller with a key that is neither revoked nor over. */
export function inForce(record: KeyRecord | undefined): Caller | undefined {
  if (record === undefined) return undefined;
  const { name: _name, createdAt: _at, revokedAt, expiresAt, ...caller } = record;
  const isOver = expiresAt !== null && Date.parse(expiresAt) <= Date.now();
  return revokedAt !== null || isOver ? undefined : caller;
}

/** A key as it is stored, in either store. */
export function recordOf(row: Record<string, unknown>): KeyRecord {
  return {
    id: String(row['id']),
    name: String(row['name']),
    tenant: String(row['tenant']),
    mayNameTenant: row['may_name_tenant'] === 1,
    policies: JSON.parse(String(row['policies'])) as string[],
    scopes: JSON.parse(String(row['scopes'])) as Scope[],
    createdAt: String(row['created_at']),
    expiresAt: row['expires_at'] as string | null,
    revokedAt: row['revoked_at'] as string | null,
  };
}

/**
 * A new key with what it may do, and its row: the columns of either store up to `expires_at`. Throws
 * `invalid_option` for a grant that no key can have.
 */
export function issue(grant: KeyGrant) {
  checkGrant(grant);
  const id = newId('key');
  const key = newKey();
  const row = [
    id,
    hashOf(key) ?? null,
    grant.name,
    grant.tenant,
    Number(grant.mayNameTenant),
    JSON.stringify(grant.policies),
    JSON.stringify(grant.scopes),
    new Date().toISOString(),
    grant.expiresAt,
  ] as const;
  return { id, key, row };
}

/** Tenants appear in paths, metric labels and log lines, so only plain characters are allowed. */
export const tenantForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Throws `invalid_option` for a grant that no key can have. */
function checkGrant({ name, tenant, policies, scopes: given, expiresAt }: KeyGrant): void {
  const refuse = (what: string, value: unknown, wanted: string): never => {
    throw new CastellanError(
      'invalid_option',
      `The ${what} of a key must be ${wanted}, not ${shown(value)}.`,
      { option: what, value },
    );
  };
  if (name === '' || name.length > 200) refuse('name', name, '1 to 200 characters');
  if (!tenantForm.test(tenant)) refuse('tenant', tenant, 'up to 64 of A-Z a-z 0-9 . _ -');
  if (policies.length === 0) refuse('policies', policies, 'one name or more');
  const unknown = given.find((scope) => !scopes.includes(scope));
  if (given.length === 0 || unknown !== undefined) {
    refuse('scopes', unknown ?? given, `some of ${scopes.join(', ')}`);
  }
  if (expiresAt !== null && Number.isNaN(Date.parse(expiresAt))) {
    refuse('end', expiresAt, 'a time such as 2027-01-31T00:00:00Z');
  }
}
