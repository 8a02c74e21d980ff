import type { Caller } from '../../keys/keys.ts';
import type { Policy } from '../../policies/policy.ts';
import { ProblemError, retryAfter } from '../problems/problem.ts';
import type { Standing } from './headers.ts';
import { type CountedBy, ownRules, type RateOptions, type RateRule } from './options.ts';
import { createShutOut } from './shut-out.ts';
import { count, type LimitStore } from './store.ts';

/** The request to count. `address` is the counted form. */
export interface Asking {
  readonly caller: Caller;
  readonly subject: string;
  readonly address: string;
  /** Method and route, such as `GET /v1/runs/:id`. */
  readonly path: string;
}

export interface Rates {
  /**
   * Counts a request. Appends the state of each rule to `standings`. Throws `rate_limited` or
   * `shut_out`.
   */
  take(asking: Asking, standings: Standing[]): Promise<void>;
  /** Counts a request with a wrong key. Throws if the address has sent too many. */
  wrongKey(address: string, standings: Standing[]): Promise<void>;
}

const windowMs = 60_000;

type Rule = (asking: Asking, standings: Standing[]) => Promise<void>;

export function createRates(
  options: RateOptions,
  policies: ReadonlyMap<string, Policy>,
  store: LimitStore,
): Rates {
  const shutOut = createShutOut(options.shutOut, store);
  const ruleOf = (rule: RateRule, prefix = ''): Rule => {
    const limiter = store(prefix + rule.name, rule.perMinute, windowMs / 1_000);
    return async (asking, standings) => {
      if (rule.paths !== undefined && !rule.paths.includes(asking.path)) return;
      const { isOver, remaining, resetMs } = await count(
        limiter,
        rule.by.map((by) => part(by, asking)).join(' '),
      );
      standings.push({
        rule: rule.name,
        quota: rule.perMinute,
        windowMs,
        remaining,
        resetMs,
      });
      if (!isOver) return;
      await shutOut.refused(asking.subject);
      throw new ProblemError(
        'rate_limited',
        `More than ${rule.perMinute} requests in a minute by ${rule.by.join(' and ')}. Wait ${retryAfter(resetMs)} s.`,
        { retryAfterMs: resetMs },
      );
    };
  };
  const shared = [...ownRules, ...options.rules].map((rule) => ruleOf(rule));
  // By the policy itself: one that is read again counts anew.
  const ofPolicy = new WeakMap<Policy, readonly Rule[]>();
  const rulesOf = (policy: Policy | undefined): readonly Rule[] => {
    if (policy === undefined) return [];
    const known = ofPolicy.get(policy);
    if (known !== undefined) return known;
    const { name, rate } = policy;
    const { perMinute, perAddressPerMinute } = rate;
    const made = [
      ruleOf({ name: 'key', by: ['key'], perMinute }, `${name} `),
      ruleOf({ name: 'address', by: ['address'], perMinute: perAddressPerMinute }, `${name} `),
    ];
    ofPolicy.set(policy, made);
    return made;
  };
  const wrongKeys = ruleOf({
    name: 'wrong-keys',
    by: ['address'],
    perMinute: options.wrongKeysPerMinute,
  });
  return {
    async take(asking, standings) {
      await shutOut.check(asking.subject, standings);
      const own = rulesOf(policies.get(asking.caller.policies[0] ?? ''));
      for (const rule of [...own, ...shared]) await rule(asking, standings);
    },
    async wrongKey(address, standings) {
      const subject = `address ${address}`;
      await shutOut.check(subject, standings);
      const nobody: Caller = { id: '', tenant: '', mayNameTenant: false, policies: [], scopes: [] };
      await wrongKeys({ caller: nobody, subject, address, path: '' }, standings);
    },
  };
}

function part(by: CountedBy, { caller, subject, address, path }: Asking): string {
  switch (by) {
    case 'key':
      return subject;
    case 'tenant':
      return caller.tenant;
    case 'address':
      return address;
    case 'path':
      return path;
  }
}
