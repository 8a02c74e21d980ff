import type { RunNetwork } from './network.ts';
import { type AddressRules, readPrivateRange, readRange } from './addresses.ts';
import { isHeaderValue } from './headers.ts';
import { readHostPattern } from './hosts.ts';
import type { NameRules } from './names.ts';
import { Refused, shown } from './refused.ts';
import type { SecretRule } from './secrets.ts';

/** The parsed network policy of a run. */
export interface Policy {
  readonly names: NameRules;
  readonly addresses: AddressRules;
  readonly secrets: readonly SecretRule[];
  readonly networkRequests: number;
  readonly networkBytes: number;
}

/** Parses a policy. Throws `Refused` for the first invalid entry. */
export function readPolicy(network: RunNetwork): Policy {
  const { narrowedTo, allowPrivate = [], deny = [], blockedAddresses = [], secrets = {} } = network;
  const denied = list('deny', deny);
  const ranges = denied.filter(isRange);
  return {
    names: {
      allow: list('allow', network.allow).map(readHostPattern),
      narrowedTo:
        narrowedTo === undefined ? null : list('narrowedTo', narrowedTo).map(readHostPattern),
      deny: denied.filter((entry) => !isRange(entry)).map(readHostPattern),
    },
    addresses: {
      allowPrivate: list('allowPrivate', allowPrivate).map(readPrivateRange),
      blocked: [...list('blockedAddresses', blockedAddresses), ...ranges].map(readRange),
    },
    secrets: Object.entries(secrets).map(([placeholder, secret]) =>
      readSecret(placeholder, secret),
    ),
    networkRequests: count('networkRequests', network.networkRequests),
    networkBytes: count('networkBytes', network.networkBytes),
  };
}

function isRange(entry: unknown): boolean {
  try {
    readRange(entry);
    return true;
  } catch {
    return false;
  }
}

function readSecret(placeholder: string, secret: unknown): SecretRule {
  const { value, hosts } = (secret ?? {}) as { value?: unknown; hosts?: unknown };
  if (placeholder.length < 8 || placeholder.length > 256 || !isHeaderValue(placeholder)) {
    throw new Refused(
      `the placeholder ${shown(placeholder)} must be 8 to 256 characters of a header`,
    );
  }
  if (typeof value !== 'string' || value.length < 4 || !isHeaderValue(value)) {
    throw new Refused(
      `the secret for ${placeholder} must be a text of 4 or more characters of a header`,
    );
  }
  const bound = list(`hosts of ${placeholder}`, hosts).map(readHostPattern);
  if (bound.length === 0) throw new Refused(`the secret for ${placeholder} is bound to no host`);
  if (bound.some(({ kind }) => kind === 'any')) {
    throw new Refused(`the secret for ${placeholder} is bound to every host`);
  }
  return { placeholder, value, hosts: bound };
}

function list(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Refused(`${name} must be an array of strings`);
}

function count(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Refused(`${name} must be a whole number from 0 on, not ${shown(String(value))}`);
}
