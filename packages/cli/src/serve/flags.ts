import type { LimitName } from '@castellan/protocol';
import type { OptionTable } from '../args/row.ts';

/** Options of the config that a command line sets, with the names that messages show. */
type Flags = Record<string, { value: unknown; name: string }>;

/** Maps flags to options of the config, as texts that its reader parses. */
export function flagsOf(values: Readonly<Record<string, unknown>>, table: OptionTable): Flags {
  const flags: Flags = {};
  for (const [name, { config }] of Object.entries(table)) {
    const value = values[name];
    if (config !== undefined && value !== undefined) flags[config] = { value, name: `--${name}` };
  }
  return flags;
}

/** Maps flags to options of a policy, as values. */
export function policyFlagsOf(
  values: Readonly<Record<string, unknown>>,
  table: OptionTable,
  limits: Readonly<Partial<Record<LimitName, number>>>,
): Flags {
  const flags: Flags = {};
  for (const [name, { policy }] of Object.entries(table)) {
    const limit = policy?.startsWith('limits.') === true ? policy.slice('limits.'.length) : null;
    const value = limit === null ? values[name] : limits[limit as LimitName];
    if (policy !== undefined && value !== undefined) flags[policy] = { value, name: `--${name}` };
  }
  // Without a wall no floor can stand, and there is no flag for that.
  if (values['isolation'] === 'none') flags['floor'] = { value: [], name: '--isolation' };
  const { 'browser.executablePath': chromium, ...rest } = flags;
  if (chromium === undefined) return rest;
  const { value: executablePath, name } = chromium;
  return { ...rest, browser: { value: { executablePath }, name } };
}
