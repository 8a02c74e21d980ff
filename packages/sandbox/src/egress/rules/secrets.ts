import { secretNotBound } from '@castellan/protocol/kinds';
import { fits, type HostPattern, type Place } from './hosts.ts';
import { type Echoes, merged, placesOf } from './echoes.ts';
import type { Headers } from './headers.ts';
import { layersOf } from './layers.ts';
import { Refused, shown } from './refused.ts';
import type { Target } from './target.ts';

/** A secret, and the hosts and headers that it is bound to. */
export interface SecretRule {
  readonly placeholder: string;
  readonly value: string;
  readonly hosts: readonly HostPattern[];
  /** Names in lower case. */
  readonly headers: ReadonlySet<string>;
  /** What shows the value in what servers send back. */
  readonly echoes: Echoes;
}

/** As much of a rule as finding its value takes. */
export type Sought = Pick<SecretRule, 'placeholder' | 'value' | 'echoes'>;

export interface Injected {
  readonly headers: Headers;
  /** Whether a secret was filled in. */
  readonly isSecret: boolean;
}

/**
 * Replaces placeholders by their secrets, in the headers and for the hosts that these are bound to.
 * Elsewhere the placeholder is sent unchanged, which discloses nothing. Throws `Refused` when a secret
 * would cross a public network in clear text.
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
    for (const rule of rules) {
      const { placeholder, value } = rule;
      if (!result.includes(placeholder) || !isBound(rule, name, place)) continue;
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

function isBound({ hosts, headers }: SecretRule, name: string, place: Place): boolean {
  return headers.has(name.toLowerCase()) && hosts.some((host) => fits(host, place));
}

/** For the log: each secret whose placeholder is sent as it is, where, and what would bind it. */
export function unboundIn(
  headers: Headers,
  rules: readonly SecretRule[],
  target: Target,
): readonly string[] {
  return rules.flatMap((rule) => {
    const { placeholder, hosts } = rule;
    const found = headers.find(
      ([name, text]) => text.includes(placeholder) && !isBound(rule, name, target),
    );
    const says = `${secretNotBound}: ${placeholder} is sent as it is`;
    if (found === undefined) {
      const inUrl = [placeholder, encodeURI(placeholder), encodeURIComponent(placeholder)];
      if (!inUrl.some((text) => target.path.includes(text))) return [];
      return [`${says} in the URL, where no secret is put in`];
    }
    if (!hosts.some((host) => fits(host, target))) {
      return [`${says} to ${shown(target.host)} port ${target.port}, which is not in its hosts`];
    }
    const name = found[0].toLowerCase().slice(0, 64);
    return [
      `${says} in the header ${name}; add headers: ['${name}'] to that secret if its hosts do not echo this header`,
    ];
  });
}

/** Whether a header of the script contains a placeholder. */
export function asksForSecret(text: string, rules: readonly SecretRule[]): boolean {
  return rules.some(({ placeholder }) => text.includes(placeholder));
}

/** Turns secrets in a text from a server, or for the log, back into their placeholders. */
export function withoutSecrets(text: string, rules: readonly Sought[]): string {
  const places = placesIn(text, rules);
  if (places.length === 0) return text;
  let end = 0;
  const parts = merged(places).flatMap(({ rule: { placeholder, value }, ...place }) => {
    const between = text.slice(end, place.start);
    ({ end } = place);
    const found = text.slice(place.start, end);
    const isForUrl = found.includes('%') && found.toLowerCase() !== value.toLowerCase();
    return [between, isForUrl ? encodeURIComponent(placeholder) : placeholder];
  });
  const clean = parts.join('') + text.slice(end);
  // A placeholder and what stands around it may make up a value again.
  const [left] = placesIn(clean, rules);
  return left === undefined ? clean : left.rule.placeholder;
}

function placesIn(text: string, rules: readonly Sought[]) {
  if (rules.length === 0) return [];
  const layers = layersOf(text);
  return rules.flatMap((rule) =>
    placesOf(layers, rule.echoes).map((range) => ({ ...range, rule })),
  );
}

/** The headers of a response without secrets. A header whose name has one is left out. */
export function headersWithoutSecrets(headers: Headers, rules: readonly SecretRule[]): Headers {
  if (rules.length === 0) return headers;
  return headers
    .filter(([name]) => withoutSecrets(name, rules) === name)
    .map(([name, text]) => [name, withoutSecrets(text, rules)] as const);
}
