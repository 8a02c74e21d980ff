import { CastellanError } from '@castellan/protocol';
import type { RunNetwork } from '../rules/network.ts';
import { readPolicy } from '../rules/policy.ts';
import { Refused } from '../rules/refused.ts';

/** Throws `invalid_option` with the offending value when a policy cannot be used. */
export function checkNetwork(network: RunNetwork): void {
  try {
    readPolicy(network);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new CastellanError('invalid_option', `network: ${error.message}.`, { option: 'network' });
  }
}
