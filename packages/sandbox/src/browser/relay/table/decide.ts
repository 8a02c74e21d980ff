import type { Known } from './rules.ts';
import { alwaysTrue, any, dropped, ignored } from './rules.ts';
import { whyRefused } from './refusals.ts';
import type { Row, SessionType } from './row.ts';
import { table } from './table.ts';

/** The relay's decision on a command. */
export type Decision =
  | {
      readonly pass: true;
      readonly row: Row;
      readonly params: Readonly<Record<string, unknown>>;
      /**
       * Whether any text of these params may pass as it is. Where a value was judged it may not: two
       * parsers could take two values of one name for the one.
       */
      readonly isAsGiven: boolean;
      /** Parameters that were taken out. */
      readonly dropped: readonly string[];
    }
  | { readonly pass: false; readonly why: string };

/**
 * `session` is `null` for a session of a kind that is not allowed anything. `judged` gives the whole of
 * a value that is judged, where `params` are an excerpt; `undefined` for one that is too long.
 */
export function decide(
  session: SessionType | null,
  method: string,
  params: Readonly<Record<string, unknown>>,
  known: Known,
  judged: (value: unknown) => unknown = (value) => value,
): Decision {
  const refused = (why: string): Decision => ({ pass: false, why });
  const row = Object.hasOwn(table, method) ? table[method] : undefined;
  if (row === undefined) {
    const why = whyRefused(method) ?? 'it is not in the table of commands';
    return refused(`${method} is not allowed: ${why}`);
  }
  if (session === null || !row.sessions.includes(session)) {
    const types = row.sessions.join(', ');
    return refused(
      `${method} is not allowed on a session of type ${session ?? 'other'}, only of ${types}`,
    );
  }
  const kept: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const taken: string[] = [];
  let isAsGiven = true;
  for (const [name, given] of Object.entries(params)) {
    const rule = Object.hasOwn(row.parameters, name) ? row.parameters[name] : undefined;
    if (rule === undefined)
      return refused(`${method} is not allowed with the parameter ${shown(name)}`);
    const value = rule === any ? given : judged(given);
    if (value === undefined) return refused(`${method} is not allowed: ${name} is too long`);
    const why = rule.check(value, known);
    if (why !== null) return refused(`${method} is not allowed: ${name}${valueOf(value)} ${why}`);
    isAsGiven &&= rule === any;
    if (rule === dropped) taken.push(name);
    else if (rule !== ignored) kept[name] = value;
  }
  for (const [name, rule] of Object.entries(row.parameters)) {
    if (rule === alwaysTrue) {
      kept[name] = true;
      isAsGiven = false;
    }
  }
  return { pass: true, row, params: kept, isAsGiven, dropped: taken };
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 64));

/** The value that was refused, if it is one that a sentence can hold. */
function valueOf(value: unknown): string {
  if (typeof value === 'string') return ` ${shown(value)}`;
  return typeof value === 'number' || typeof value === 'boolean' ? ` ${value}` : '';
}
