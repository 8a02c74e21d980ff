import { X509Certificate } from 'node:crypto';
import { CastellanError } from '@castellan/protocol';
import type { RunNetwork } from '../rules/network.ts';
import { readPolicy } from '../rules/policy.ts';
import { Refused } from '../rules/refused.ts';

/** Throws `invalid_option` with the option and the offending value when a policy cannot be used. */
export function checkNetwork(network: RunNetwork): void {
  const { allowPrivate = [], deny = [], secrets = {}, ...rest } = network;
  // One part after the other, so that the first that is refused names its option.
  check('network.allow', rest);
  check('network.allowPrivate', { ...rest, allowPrivate });
  check('network.deny', { ...rest, deny });
  check('network.secrets', { ...rest, secrets });
}

/** Throws `invalid_option` when one of the certificates, a text in PEM, cannot be read. */
export function checkAuthority(ca: string): void {
  const blocks = ca.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  for (const [index, block] of blocks.entries()) {
    try {
      void new X509Certificate(block);
    } catch {
      const message = `network.ca: certificate ${index + 1} of ${blocks.length} cannot be read.`;
      throw new CastellanError('invalid_option', message, { option: 'network.ca' });
    }
  }
}

function check(option: string, network: RunNetwork): void {
  try {
    readPolicy(network);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new CastellanError('invalid_option', `${option}: ${error.message}.`, { option });
  }
}
