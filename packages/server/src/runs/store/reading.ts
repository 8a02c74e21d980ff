import { JsonText } from '@castellan/protocol/json';

/** How many rows of events are read at once; each has at most `mostChunkChars` of text. */
export const chunksAtOnce = 4;
/** How many rows a list scans for one page; a filter that matches few ends the page early. */
export const mostVisited = 5_000;
/** At this length a page ends early, in characters: each run may have failed with a long stack. */
export const mostPageChars = 2 ** 21;

/** How many tenants are told of at once. */
const mostTenants = 200;

/** The query of `tenants`, in which `name` is the place of the name that is asked for; null asks for all. */
export const busyTenants = (name: string): string => `SELECT name, running, queued,
    running_cap AS "runningCap" FROM tenants
  WHERE (queued > 0 OR running > 0) AND name = coalesce(${name}, name)
  ORDER BY running + queued DESC, name LIMIT ${mostTenants}`;

/** JSON texts as one list. */
export function listOf(texts: readonly string[]): JsonText {
  return new JsonText(`[${texts.join(',')}]`);
}

/** `name=value`, or a name alone. */
export function splitLabel(label: string): [name: string, value: string | undefined] {
  const at = label.indexOf('=');
  return at === -1 ? [label, undefined] : [label.slice(0, at), label.slice(at + 1)];
}
