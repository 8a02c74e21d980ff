import type { Offer } from '../../policies/offer.ts';
import type { Policy } from '../../policies/policy.ts';

/** The public part of a policy. The rest is the operator's: private ranges, secrets, boxes. */
export function shownPolicy(policy: Policy, { runtime, modules, helpers, driver, drivers }: Offer) {
  const { name, engine, floor, hardened, reuse, browser, record, childProcesses, network, kv } =
    policy;
  const { limits, ceilings, withBrowser, maxAttempts, maxTtlMs, queue, calls, rate } = policy;
  return {
    name,
    engine,
    isolation: driver,
    drivers,
    floor,
    hardened,
    reuse,
    runtime,
    modules,
    helpers,
    childProcesses,
    browser: browser !== false,
    record,
    kv,
    network: network && { allow: network.allow },
    limits,
    ceilings,
    withBrowser: browser === false ? null : withBrowser,
    maxAttempts,
    maxTtlMs,
    queue,
    calls,
    rate,
  };
}

/** What only the operator sees of a policy. Of secrets it is where they go, never what they are. */
export function operatorPart({ isolation, warm, network }: Policy) {
  const { allowPrivate = [], deny = [], secrets = {} } = network ?? {};
  return {
    askedIsolation: [isolation].flat(),
    warm,
    allowPrivate,
    deny,
    secrets: Object.entries(secrets).map(([name, { hosts, headers = [] }]) => ({
      name,
      hosts,
      headers,
    })),
  };
}
