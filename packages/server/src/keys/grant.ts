import type { Caller } from './keys.ts';
import type { KeyGrant } from './record.ts';

/** What a key may give: nothing beyond itself. */
type Giver = Pick<Caller, 'tenant' | 'mayNameTenant' | 'policies' | 'scopes'>;

/**
 * What of a grant its giver does not have itself, as the end of a sentence; null: nothing. So no key makes a
 * more powerful one, and none revokes one.
 */
export function beyond(grant: Giver, giver: Giver): string | null {
  if (!giver.mayNameTenant) {
    if (grant.tenant !== giver.tenant) return `the tenant ${grant.tenant}`;
    if (grant.mayNameTenant) return 'the right to name tenants';
  }
  const scope = grant.scopes.find((each) => !giver.scopes.includes(each));
  if (scope !== undefined) return `the scope ${scope}`;
  const policy = grant.policies.find((each) => !giver.policies.includes(each));
  return policy === undefined ? null : `the policy ${policy}`;
}

/** Whether a key would outlive its giver. */
export function outlives(grant: Pick<KeyGrant, 'expiresAt'>, giver: Pick<KeyGrant, 'expiresAt'>) {
  if (giver.expiresAt === null) return false;
  return grant.expiresAt === null || Date.parse(grant.expiresAt) > Date.parse(giver.expiresAt);
}
