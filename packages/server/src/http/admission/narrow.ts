import { engines } from '@castellan/protocol';
import type { RunInput } from '@castellan/protocol/run-input';
import { HostError, readHost } from '@castellan/protocol/hosts';
import { shown } from '@castellan/protocol/kinds';
import { covers } from '@castellan/protocol/module-names';
import type { Offer } from '../../policies/offer.ts';
import type { Policy } from '../../policies/policy.ts';
import { type FieldError, ProblemError, scalarOf } from '../problems/problem.ts';

/**
 * Throws for modules that the policy does not allow; null asks for all that it allows. The launcher
 * enforces the same rule by itself: this check only makes the answer early and clear.
 */
export function refuseModules(asked: RunInput['modules'], offer: Offer): void {
  if (asked === null) return;
  const refused = [...asked.entries()].filter(([, name]) => !isOffered(name, offer));
  refuse('module_denied', 'Module', '/modules', refused, offer.modules);
}

/**
 * `url` and `node:url` are the same; a name includes all its subpaths; in the node engine `*` and
 * `node:*` include all of their kind.
 */
function isOffered(name: string, { engine, builtins, modules }: Offer): boolean {
  const plain = (given: string): string => {
    const bare = given.replace(/^node:/, '');
    return builtins.includes(bare) ? bare : given;
  };
  const wanted = plain(name);
  // An isolate's offer lists the packages of its runtime by name, so `*` means those that are
  // allowed.
  if (!engines[engine].hasNode && wanted === '*') return true;
  const isBuiltin = wanted === 'node:*' || builtins.includes(wanted);
  return modules.some((module) => {
    const held = plain(module);
    if (held === '*' || held === 'node:*') return isBuiltin === (held === 'node:*');
    return covers(held, wanted);
  });
}

/** Throws for entries of the list that are not valid hosts. */
export function refuseBadHosts(asked: RunInput['network']): void {
  const errors = [...(asked?.allow ?? []).entries()].flatMap(([index, host]): FieldError[] => {
    const fault = faultOf(host);
    if (fault === null) return [];
    return [{ pointer: `/network/allow/${index}`, detail: `${fault}.`, value: scalarOf(host) }];
  });
  const [first] = errors;
  if (first === undefined) return;
  throw new ProblemError('invalid_request', first.detail, { errors: errors.slice(0, 20) });
}

function faultOf(host: string): string | null {
  try {
    readHost(host);
    return null;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return error.message;
  }
}

/** Throws for hosts outside the policy's allow-list; null asks for the whole list. */
export function refuseHosts(asked: RunInput['network'], policy: Policy): void {
  if (asked === null) return;
  const open = policy.network?.allow ?? [];
  const refused = [...asked.allow.entries()].filter(
    ([, host]) => !open.some((wider) => coversHost(wider, host)),
  );
  refuse('network_denied', 'Host', '/network/allow', refused, open);
}

function refuse(
  code: 'module_denied' | 'network_denied',
  what: string,
  pointer: string,
  refused: readonly (readonly [index: number, name: string])[],
  allowed: readonly string[],
): void {
  const errors = refused.slice(0, 20).map(([index, name]): FieldError => ({
    pointer: `${pointer}/${index}`,
    detail: `${what} ${shown(name)} is not allowed. Allowed: ${listed(allowed)}.`,
    value: scalarOf(name),
  }));
  const [first] = errors;
  if (first !== undefined) throw new ProblemError(code, first.detail, { errors, allowed });
}

const form = /^(\*|(?:\*\.)?[^*:[\]]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i;

/**
 * Whether every host that matches `inner` matches `outer` too; false for a pattern that cannot be
 * parsed.
 */
export function coversHost(outer: string, inner: string): boolean {
  const [, outerHost, outerPort] = form.exec(outer.toLowerCase()) ?? [];
  const [, innerHost, innerPort] = form.exec(inner.toLowerCase()) ?? [];
  if (outerHost === undefined || innerHost === undefined || outerPort !== innerPort) return false;
  if (outerHost === '*' || outerHost === innerHost) return true;
  // "*.example" covers "a.example" and "*.a.example", not "example".
  return outerHost.startsWith('*.') && innerHost.endsWith(outerHost.slice(1));
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
