import { CastellanError } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import type { Config } from './config/config.ts';
import { isLoopback } from './http/callers/loopback.ts';

/**
 * Throws `invalid_option` if other machines could reach a policy whose scripts no wall encloses.
 */
export function refuseNoWalls({ host, policies }: Config): void {
  if (isLoopback(host)) return;
  const open = [...policies.values()].find(({ isolation }) => isolation === 'none');
  if (open === undefined) return;
  throw new CastellanError(
    'invalid_option',
    `policies.${open.name}.isolation is "none", so the service listens on loopback only, not on ${shown(host)}: whoever reaches it would have all its rights.`,
    { option: `policies.${open.name}.isolation`, value: 'none' },
  );
}
