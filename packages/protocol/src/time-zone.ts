import { type Kind, Misfit } from './kind.ts';

const form = /^[A-Za-z][\w+-]*(?:\/[\w+-]+){0,2}$/;
const longest = 64;
const says = 'a time zone such as Europe/Vienna';

/**
 * A name of the time zone database, in any case; read as the name that `Intl` has for it. Offsets
 * such as `+02:00` are none: Node takes them for UTC. A misfit names zones that are spelled alike.
 */
export const timeZone: Kind<string> = {
  says,
  schema: { type: 'string', pattern: form.source, maxLength: longest },
  parse: (text) => text,
  read(value) {
    const zone = zoneOf(value);
    if (zone !== undefined) return zone;
    const near = typeof value === 'string' ? zonesLike(value) : [];
    if (near.length === 0) throw new Misfit(says, value);
    throw new Misfit(`a time zone, perhaps ${near.join(' or ')}`, value);
  },
};

/** The name of a time zone as `Intl` has it; undefined for what names none. */
export function zoneOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > longest || !form.test(value)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

const mostNear = 3;
/** Letters in which a name may differ from what was written. */
const mostDifferent = 3;

/** Names of which the whole, or the part after the last slash, is spelled like `given`. */
function zonesLike(given: string): string[] {
  if (given.length > longest) return [];
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');
  const wanted = plain(given);
  const place = wanted.split('/').at(-1) ?? '';
  return Intl.supportedValuesOf('timeZone')
    .map((name) => {
      const whole = plain(name);
      const own = whole.split('/').at(-1) ?? '';
      return { name, away: Math.min(distance(wanted, whole), distance(place, own) + 0.5) };
    })
    .filter(({ away }) => away <= mostDifferent)
    .toSorted((a, b) => a.away - b.away)
    .slice(0, mostNear)
    .map(({ name }) => name);
}

/** Levenshtein's distance. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let at = 1; at <= to.length; at++) {
      const change = (row[at - 1] ?? 0) + (letter === to[at - 1] ? 0 : 1);
      next.push(Math.min(change, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
