import { CastellanError, type LimitName, type Limits, resolveLimits } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import type { Bounds, Policy } from '../../policies/policy.ts';
import { type FieldError, ProblemError, scalarOf } from '../problems/problem.ts';

/**
 * Merges the requested limits into the policy's defaults. A value above its ceiling is refused, not
 * clipped.
 */
export function resolveUnderCeilings(
  asked: Readonly<Partial<Record<LimitName, number | undefined>>>,
  policy: Policy,
  hasBrowser: boolean,
): Limits {
  const bounds = hasBrowser ? policy.withBrowser : policy;
  const limits = resolved(asked, bounds);
  const errors: FieldError[] = Object.entries(bounds.ceilings)
    .filter(([name, ceiling]) => limits[name as LimitName] > ceiling)
    .map(([name, ceiling]) => ({
      pointer: `/limits/${name}`,
      value: limits[name as LimitName],
      detail: `${name} is ${limits[name as LimitName]}; the ceiling of the policy ${shown(policy.name)} is ${ceiling}.`,
    }));
  if (errors.length === 0) return limits;
  throw new ProblemError('limit_above_ceiling', errors.map(({ detail }) => detail).join(' '), {
    errors,
  });
}

function resolved(asked: object, bounds: Bounds): Limits {
  try {
    return resolveLimits(asked, bounds.limits);
  } catch (error) {
    if (!(error instanceof CastellanError)) throw error;
    throw new ProblemError('invalid_request', error.detail, {
      errors: [{ pointer: '/limits', detail: error.detail, value: scalarOf(error.value) }],
    });
  }
}
