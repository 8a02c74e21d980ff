import { orNull, whole } from '@castellan/protocol/kinds';
import { largestLimit, type LimitName, type LimitRow, limitTable } from '@castellan/protocol';
import { type Row, row } from './row.ts';

type LimitRows<Prefix extends string, Value> = {
  readonly [Name in LimitName as `${Prefix}.${Name}`]: Row<Value>;
};

/** What the service itself carries, in full, from and to clients. */
const carriedLimits: ReadonlySet<LimitName> = new Set(['paramsBytes', 'sourceBytes', 'valueBytes']);

/** How far a request may go beyond a limit of its policy, unless the policy says otherwise. */
export function ceilingFactor(name: LimitName): number {
  return carriedLimits.has(name) ? 1 : 10;
}

/** Rows for the limits of a run and for their ceilings, which bound what a request may ask for. */
export function limitRows(): LimitRows<'limits', number | null> &
  LimitRows<'ceilings', number | null> {
  const rows: Record<string, Row<number | null>> = {};
  const entries = Object.entries<LimitRow>(limitTable);
  for (const [name, { default: standard, withBrowser, unit, min, sentence }] of entries) {
    const kind = orNull(whole(min, largestLimit[unit]));
    const shown = withBrowser === undefined ? '' : `; ${withBrowser} with a browser`;
    rows[`limits.${name}`] = row(kind, null, null, sentence, `\`${standard}\`${shown}`);
  }
  for (const [name, { unit, min }] of entries) {
    rows[`ceilings.${name}`] = row(
      orNull(whole(min, largestLimit[unit])),
      null,
      null,
      `The most ${name} that a request may ask for.`,
      ceilingFactor(name as LimitName) === 1 ? 'what a run has' : 'ten times what a run has',
    );
  }
  return rows as LimitRows<'limits', number | null> & LimitRows<'ceilings', number | null>;
}
