import type { Policy } from '../../policies/policy.ts';

/**
 * The largest body that a policy may take, in bytes: source, parameters and standard input of any of them, twice, since JSON escapes what is in
 * them, and room for the rest.
 */
export function largestBody(policies: ReadonlyMap<string, Pick<Policy, 'ceilings'>>): number {
  const largest = [...policies.values()].map(
    ({ ceilings }) => ceilings.sourceBytes + 2 * ceilings.paramsBytes,
  );
  return 2 * Math.max(...largest) + 2 ** 20;
}
