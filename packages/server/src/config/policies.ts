import { isRecord, shown } from '@castellan/protocol/kinds';
import { defaultOf, engines, type LimitName, limitTable, namesOf } from '@castellan/protocol';
import type { NetworkOptions } from '@castellan/sandbox';
import type { Bounds, Policy } from '../policies/policy.ts';
import { configError, type Flags, readTable, type Values } from './read.ts';
import { ceilingFactor } from './limit-rows.ts';
import { policyTable } from './policy-table.ts';

export interface ReadPolicies {
  /** In the order of the config; the first one is the default policy. */
  readonly policies: ReadonlyMap<string, Policy>;
  /** The names of the policies that have helpers. */
  readonly withHelpers: readonly string[];
}

/** Settings of the gateway that all policies share. */
type Egress = Pick<NetworkOptions, 'resolver' | 'ca'>;

/**
 * Reads the policies of a config. A config without policies gets one with all defaults, named
 * `default`. The flags set options of the first policy.
 */
export function readPolicies(
  given: unknown = { default: {} },
  egress: Egress = {},
  flags: Flags = {},
): ReadPolicies {
  if (!isRecord(given) || Object.keys(given).length === 0) {
    throw configError(`policies must be an object of policies by name, not ${shown(given)}.`, {
      option: 'policies',
      value: given,
    });
  }
  const policies = new Map<string, Policy>();
  const withHelpers: string[] = [];
  for (const [name, written] of Object.entries(given)) {
    if (!/^[A-Za-z][\w-]{0,63}$/.test(name)) {
      throw configError(
        `policies: ${shown(name)} cannot name a policy: use a letter, then at most 63 letters, digits, _ and -.`,
        { option: 'policies', value: name },
      );
    }
    const where = `policies.${name}.`;
    const { helpers, ...values } = readTable(policyTable, {
      given: written,
      env: {},
      where,
      flags: policies.size === 0 ? flags : {},
    });
    if (helpers !== null) withHelpers.push(name);
    policies.set(name, policyOf(name, values, egress));
  }
  return { policies, withHelpers };
}

function policyOf(
  name: string,
  { network, limits, ceilings, ...rest }: Omit<Values<typeof policyTable>, 'helpers'>,
  egress: Egress,
): Policy {
  if (rest.isolation === 'none' && rest.hardened) {
    throw configError(
      `policies.${name}.hardened must be false with isolation "none", which builds no walls.`,
      { option: `policies.${name}.hardened`, value: true },
    );
  }
  if (rest.isolation === 'none' && rest.floor.length > 0) {
    throw configError(
      `policies.${name}.floor must be [] with isolation "none", which builds no walls; it is ${shown(rest.floor)}.`,
      { option: `policies.${name}.floor`, value: rest.floor },
    );
  }
  refuseEngine(name, rest);
  if (rest.record.video && rest.browser === false) {
    throw configError(
      `policies.${name}.record.video must be false where browser is false: there is nothing to film.`,
      { option: `policies.${name}.record.video`, value: true },
    );
  }
  const { allow, ...restOfNetwork } = network;
  return {
    ...rest,
    name,
    network: allow === null ? null : { allow, ...restOfNetwork, ...egress },
    ...boundsOf(name, { limits, ceilings }, false),
    withBrowser: boundsOf(name, { limits, ceilings }, true),
  };
}

type OfEngine = Pick<Policy, 'engine' | 'reuse' | 'childProcesses' | 'hardened'>;

/** Refuses options that the engine of the policy does not support. */
function refuseEngine(policy: string, { engine, reuse, childProcesses, hardened }: OfEngine): void {
  const refuse = (key: string, value: unknown, must: string): never => {
    const option = `policies.${policy}.${key}`;
    throw configError(`${option} must be ${must} with engine "${engine}"; it is ${shown(value)}.`, {
      option,
      value,
      allowed: [must],
    });
  };
  const { hasNode, reuses } = engines[engine];
  if (childProcesses && !hasNode) refuse('childProcesses', childProcesses, 'false');
  if (hardened && hasNode) refuse('hardened', hardened, 'false');
  if (!reuses.some((allowed) => allowed === reuse)) refuse('reuse', reuse, reuses.join(' or '));
}

/** Limits and ceilings as a config has them; null: not set. */
type Written = Readonly<Record<keyof Bounds, Readonly<Record<LimitName, number | null>>>>;

/**
 * The bounds of runs with or without a browser. A ceiling that is set bounds the defaults of runs with a
 * browser too.
 */
function boundsOf(policy: string, written: Written, hasBrowser: boolean): Bounds {
  const limits: Partial<Record<LimitName, number>> = {};
  const ceilings: Partial<Record<LimitName, number>> = {};
  for (const name of namesOf(limitTable)) {
    const most = written.ceilings[name];
    const standard = defaultOf(limitTable[name], hasBrowser);
    const limit =
      written.limits[name] ?? (hasBrowser && most !== null ? Math.min(standard, most) : standard);
    const ceiling = most ?? ceilingFactor(name) * limit;
    if (ceiling < limit) {
      const option = `policies.${policy}.ceilings.${name}`;
      throw configError(`${option} must be ${limit} (limits.${name}) or more, not ${ceiling}.`, {
        option,
        value: ceiling,
      });
    }
    limits[name] = limit;
    ceilings[name] = ceiling;
  }
  return { limits, ceilings } as Bounds;
}
