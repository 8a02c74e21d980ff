import { shown } from '@castellan/protocol/kinds';
import type { Policy } from '../../policies/policy.ts';
import type { Submission } from '../../runs/contract/runs.ts';
import { ProblemError, scalarOf } from '../problems/problem.ts';

/** The labels of the policy, and those that a request adds; it takes none away. */
export function placementOf(
  asked: Readonly<Record<string, string>>,
  { name: policy, placement: { labels, requests } }: Policy,
): Submission['placement'] {
  for (const [name, value] of Object.entries(asked)) {
    const own = Object.hasOwn(labels, name) ? labels[name] : undefined;
    if (own === value || (own === undefined && requests.includes(name))) continue;
    const offered = Object.entries(labels).map((label) => label.join('='));
    const allowed = [...offered, ...requests.map((each) => `${each}=…`)];
    const detail = `placement.labels ${shown(`${name}=${value}`)} is not offered by the policy ${shown(policy)}. It offers ${allowed.join(', ') || 'none'}.`;
    const errors = [{ pointer: '/placement/labels', detail, value: scalarOf(value), allowed }];
    throw new ProblemError('not_supported', detail, { errors });
  }
  return { ...labels, ...asked };
}
