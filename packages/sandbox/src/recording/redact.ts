import { recordBounds } from '@castellan/protocol';

/** What stands for a value that is not recorded. */
const redacted = 'redacted';

/** Names of headers and of parameters in URLs whose values are secrets more often than not. */
const secretNames =
  /cookie|auth|token|secret|passw|pwd|api[-_]?key|access[-_]?key|credential|session|signature|^sig$|^key$|^code$|^state$/i;

/** The search for each costs time for each text that is recorded. */
const mostValues = 32;

/** Shorter texts of the environment are words such as `true` and `de`. */
const shortestSecret = 6;

/** Takes secrets out of texts, and shortens them. */
export interface Redaction {
  /** A text of the box or of its browser, hostile. */
  text(given: string): string;
  /** A URL without user, password, fragment, and values of parameters that are named like secrets. */
  url(given: string): string;
  header(name: string, value: string): string;
}

/** `env`: the run's; a value of it is replaced wherever it appears. */
export function redaction(env: Readonly<Record<string, string>>): Redaction {
  const values = Object.values(env)
    .filter(({ length }) => length >= shortestSecret)
    .toSorted((one, other) => other.length - one.length)
    .slice(0, mostValues);
  const most = recordBounds.text.most;

  const text = (given: string): string => {
    // What is cut off first is not searched; a value at the cut is cut too, so its start goes with it.
    let kept = given.slice(0, 2 * most);
    for (const value of values) kept = kept.replaceAll(value, redacted);
    return kept.length <= most ? kept : `${kept.slice(0, most - 1)}…`;
  };

  const url = (given: string): string => {
    const parsed = given.length > 16 * most ? null : URL.parse(given);
    if (parsed === null || !/^(?:https?|wss?):$/.test(parsed.protocol)) {
      return text(given.slice(0, 2 * most).replace(/#.*$/s, ''));
    }
    parsed.username = '';
    parsed.password = '';
    parsed.hash = '';
    for (const name of new Set(parsed.searchParams.keys())) {
      if (secretNames.test(name)) parsed.searchParams.set(name, redacted);
    }
    return text(parsed.href);
  };

  return {
    text,
    url,
    header(name, value) {
      if (secretNames.test(name)) return redacted;
      return /^(?:https?|wss?):/i.test(value) ? url(value) : text(value);
    },
  };
}
