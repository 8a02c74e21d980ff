import { createHash } from 'node:crypto';
import type { Policy } from '../../policies/policy.ts';

/** Tells policies from others, and nothing of what is in them. */
export function digestOf(policies: readonly Policy[]): string {
  return createHash('sha256').update(JSON.stringify(policies)).digest('hex').slice(0, 32);
}
