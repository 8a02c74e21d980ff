import { type Limits, type LimitRow, limitTable, largestLimit } from '@castellan/protocol';

/** The limits that a page can hold a worker to; a browser measures neither its memory nor its processor time. */
export const limitNames = [
  'wallMs',
  'outputBytes',
  'valueBytes',
  'sourceBytes',
  'paramsBytes',
] as const satisfies readonly (keyof Limits)[];

/** A value for each of them, in the units that their names say. */
export type BrowserLimits = Pick<Limits, (typeof limitNames)[number]>;

/** Completes `given` with values of `base`, or with the defaults of every run. Throws a `TypeError`. */
export function resolveBrowserLimits(
  given: Partial<BrowserLimits> = {},
  base: Partial<BrowserLimits> = {},
): BrowserLimits {
  for (const [name, value] of Object.entries(given)) {
    const row = rowOf(name);
    if (row === undefined) {
      const why = name in limitTable ? 'a browser cannot hold a script to it' : 'there is none';
      throw new TypeError(`limits.${name}: ${why}. Limits here: ${limitNames.join(', ')}.`);
    }
    const { min, unit } = row;
    const most = largestLimit[unit];
    if (Number.isSafeInteger(value) && value >= min && value <= most) continue;
    throw new TypeError(
      `limits.${name} is ${String(value)}: a whole number from ${min} to ${most} is expected.`,
    );
  }
  const entries = limitNames.map(
    (name) => [name, given[name] ?? base[name] ?? limitTable[name].default] as const,
  );
  return Object.fromEntries(entries) as BrowserLimits;
}

function rowOf(name: string): LimitRow | undefined {
  const known = limitNames.find((limit) => limit === name);
  return known === undefined ? undefined : limitTable[known];
}
