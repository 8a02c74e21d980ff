import { fits, type HostPattern, type Place } from './hosts.ts';
import type { Headers } from './headers.ts';
import { Refused } from './refused.ts';

/** A secret and the hosts that it may be sent to. */
export interface SecretRule {
  readonly placeholder: string;
  readonly value: string;
  readonly hosts: readonly HostPattern[];
}

export interface Injected {
  readonly headers: Headers;
  /** Whether a secret was filled in. */
  readonly isSecret: boolean;
}

/**
 * Replaces placeholders by their secrets, for the hosts that these are bound to. To other hosts the
 * placeholder is sent unchanged, which discloses nothing. Throws `Refused` when a secret would cross a
 * public network in clear text.
 */
export function injectSecrets(
  headers: Headers,
  rules: readonly SecretRule[],
  place: Place,
  isPrivate: boolean,
): Injected {
  let isSecret = false;
  const written = headers.map(([name, text]): readonly [string, string] => {
    let result = text;
    for (const { placeholder, value, hosts } of rules) {
      if (!result.includes(placeholder) || !hosts.some((host) => fits(host, place))) continue;
      if (!place.isSecure && !isPrivate) {
        throw new Refused(
          `the secret for ${placeholder} is not sent over http to a public address`,
        );
      }
      result = result.replaceAll(placeholder, () => value);
      isSecret = true;
    }
    return [name, result];
  });
  return { headers: written, isSecret };
}

/** Whether a header of the script contains a placeholder. */
export function asksForSecret(text: string, rules: readonly SecretRule[]): boolean {
  return rules.some(({ placeholder }) => text.includes(placeholder));
}

/** Removes secrets from a text for the log: a server may have echoed them. */
export function withoutSecrets(text: string, rules: readonly SecretRule[]): string {
  return rules.reduce(
    (clean, { value, placeholder }) =>
      clean
        .replaceAll(value, () => placeholder)
        .replaceAll(encodeURIComponent(value), () => encodeURIComponent(placeholder)),
    text,
  );
}
