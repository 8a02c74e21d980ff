import { shown } from '@castellan/protocol/kinds';
import type { Caller } from '../../keys/keys.ts';
import type { Policy } from '../../policies/policy.ts';
import { ProblemError, scalarOf } from '../problems/problem.ts';

/** Returns the policy that a request asks for, or the caller's first one. */
export function policyOf(
  asked: string | undefined,
  caller: Caller,
  { policies }: { readonly policies: ReadonlyMap<string, Policy> },
): Policy {
  const name = asked ?? caller.policies[0] ?? '';
  const policy = caller.policies.includes(name) ? policies.get(name) : undefined;
  if (policy !== undefined) return policy;
  throw new ProblemError(
    'policy_denied',
    `The policy ${shown(name)} is not open to this key. Open: ${caller.policies.join(', ')}.`,
    { value: scalarOf(name), allowed: caller.policies },
  );
}
