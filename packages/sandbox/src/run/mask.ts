import type { Json, NetworkEntry, RunError } from '@castellan/protocol';
import { placeholderOf, type RunSecret } from '@castellan/protocol/kinds';
import { echoesOf } from '../egress/rules/echoes.ts';
import type { RunNetwork } from '../egress/rules/network.ts';
import { type Sought, withoutSecrets } from '../egress/rules/secrets.ts';

/** As much of the ending of a run as may have a secret in it. */
interface Ending {
  readonly value: Json;
  readonly valueJson?: string;
  readonly error: RunError | null;
}

/**
 * Puts what stands for secrets in their place, in whatever a run tells of itself in words. It is for
 * accidents: a script that wants to tell a value that it has can spell it in a way that nobody looks for.
 */
export interface Mask {
  text(given: string): string;
  network(entry: NetworkEntry): NetworkEntry;
  ending<Ended extends Ending>(ending: Ended): Ended;
}

const noMask: Mask = {
  text: (given) => given,
  network: (entry) => entry,
  ending: (ending) => ending,
};

/** The mask of a run: for the secrets of its network's policy, and for its own. */
export function maskOf(
  ofPolicy: RunNetwork['secrets'],
  own: Readonly<Record<string, RunSecret>>,
): Mask {
  const named = Object.entries(own).map(
    ([name, { value }]) => [placeholderOf(name), { value }] as const,
  );
  const sought = [...Object.entries(ofPolicy ?? {}), ...named];
  if (sought.length === 0) return noMask;
  // The longest first: another may be a part of it.
  const rules = sought
    .map(([placeholder, { value }]): Sought => ({ placeholder, value, echoes: echoesOf(value) }))
    .toSorted((one, other) => other.value.length - one.value.length);
  const text = (given: string): string => withoutSecrets(given, rules);
  const json = (given: string): string => withTexts(given, text);

  return {
    text,
    network: (entry) => ({ ...entry, url: text(entry.url) }),
    ending: (ending) => {
      const { error, value, valueJson } = ending;
      const masked = valueJson === undefined ? undefined : json(valueJson);
      return {
        ...ending,
        error: error === null ? null : (JSON.parse(json(JSON.stringify(error))) as RunError),
        value: masked === valueJson ? value : (JSON.parse(masked ?? 'null') as Json),
        ...(masked === undefined ? {} : { valueJson: masked }),
      };
    },
  };
}

/** JSON with each text in it, keys too, as `write` writes it. All else stays as it is, digit by digit. */
function withTexts(json: string, write: (text: string) => string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"/g, (literal) => {
    const text = JSON.parse(literal) as string;
    const written = write(text);
    return written === text ? literal : JSON.stringify(written);
  });
}
