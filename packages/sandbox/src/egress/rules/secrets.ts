import { fits, type HostPattern, type Place } from './hosts.ts';
import type { Headers } from './headers.ts';
import { Refused } from './refused.ts';

/** A secret and where it may go. */
export interface SecretRule {
  readonly placeholder: string;
  readonly value: string;
  readonly hosts: readonly HostPattern[];
}

export interface Injected {
  readonly headers: Headers;
  /** Whether a secret is in them now. */
  readonly isSecret: boolean;
}

/**
 * Puts secrets in the place of their placeholders, for hosts that they are bound to; to any other
 * host the placeholder goes as it is, which tells nobody anything. Throws `Refused` when a bound
 * secret would cross a public network in clear text.
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

/** Whether a header of the script asks for any secret. */
export function asksForSecret(text: string, rules: readonly SecretRule[]): boolean {
  return rules.some(({ placeholder }) => text.includes(placeholder));
}

/** Text for the log: a secret that found its way into it, echoed by a server, is taken out again. */
export function withoutSecrets(text: string, rules: readonly SecretRule[]): string {
  return rules.reduce(
    (clean, { value, placeholder }) =>
      clean
        .replaceAll(value, () => placeholder)
        .replaceAll(encodeURIComponent(value), () => encodeURIComponent(placeholder)),
    text,
  );
}
