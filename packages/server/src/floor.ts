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

/** Throws `invalid_option` for helpers that nobody could call: they are functions of this service's launcher. */
export function refuseLostHelpers({ launchers, hasHelpers }: Config): void {
  if (launchers > 0 || !hasHelpers) return;
  throw new CastellanError(
    'invalid_option',
    'launchers is 0, and a policy has helpers, which only a launcher of this service can call.',
    {
      fix: 'leave launchers out, or take helpers out of the policies',
      option: 'launchers',
      value: 0,
    },
  );
}
