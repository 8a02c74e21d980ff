import { secretHeaders, secretValue } from '@castellan/protocol/kinds';
import type { RunNetwork } from './network.ts';
import { type AddressRules, readPrivateRange, readRange } from './addresses.ts';
import { type Echoes, echoesOf } from './echoes.ts';
import { isDropped, isHeaderName, isHeaderValue } from './headers.ts';
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
    secrets: readSecrets(secrets),
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

/** The longest value first: another may be a part of it. */
function readSecrets(secrets: Readonly<Record<string, unknown>>): readonly SecretRule[] {
  const rules = Object.entries(secrets)
    .map(([placeholder, secret]) => readSecret(placeholder, secret))
    .toSorted((one, other) => other.value.length - one.value.length);
  for (const { placeholder } of rules) {
    const shows = placeholder.toLowerCase();
    if (rules.some(({ value }) => shows.includes(value.toLowerCase()))) {
      throw new Refused('a placeholder holds the value of a secret');
    }
  }
  return rules;
}

function readSecret(placeholder: string, secret: unknown): SecretRule {
  const {
    value,
    hosts,
    headers = [],
  } = (secret ?? {}) as { value?: unknown; hosts?: unknown; headers?: unknown };
  if (placeholder.length < 8 || placeholder.length > 256 || !isHeaderValue(placeholder)) {
    throw new Refused(
      `the placeholder ${shown(placeholder)} must be 8 to 256 characters of a header`,
    );
  }
  if (!isSecretValue(value)) {
    throw new Refused(`the secret for ${placeholder} must be ${secretValue.says}`);
  }
  const bound = list(`hosts of ${placeholder}`, hosts).map(readHostPattern);
  if (bound.length === 0) throw new Refused(`the secret for ${placeholder} is bound to no host`);
  if (bound.some(({ kind }) => kind === 'any')) {
    throw new Refused(`the secret for ${placeholder} is bound to every host`);
  }
  const names = list(`headers of ${placeholder}`, headers).map((name) =>
    readHeaderName(placeholder, name),
  );
  let echoes: Echoes | undefined;
  return {
    placeholder,
    value,
    hosts: bound,
    headers: new Set([...secretHeaders, ...names]),
    // Policies are often read only to be checked.
    get echoes() {
      return (echoes ??= echoesOf(value));
    },
  };
}

function isSecretValue(value: unknown): value is string {
  try {
    secretValue.read(value);
    return true;
  } catch {
    return false;
  }
}

function readHeaderName(placeholder: string, name: unknown): string {
  if (typeof name !== 'string' || !isHeaderName(name)) {
    throw new Refused(
      `the secret for ${placeholder} is bound to ${shown(String(name))}, which is no header name`,
    );
  }
  if (isDropped(name)) {
    throw new Refused(
      `the secret for ${placeholder} is bound to the header ${name}, which scripts cannot set`,
    );
  }
  return name.toLowerCase();
}

function list(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Refused(`${name} must be an array of strings`);
}

function count(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Refused(`${name} must be a whole number from 0 on, not ${shown(String(value))}`);
}
