import { readOption } from './kind.ts';
import { whole } from './kinds.ts';

/** How long whatever stands in a box may take until it is ready, in milliseconds. */
export const boxStartMs = whole(1_000, 3_600_000);

export const defaultBoxStartMs = 15_000;

/** Where the time of a whole machine stands. */
const variable = 'CASTELLAN_BOX_START_MS';

/** What holds where no option says it. Throws `invalid_option` for a variable of `env` that is no such time. */
export function usualBoxStartMs(env: Readonly<Record<string, string | undefined>>): number {
  const given = env[variable] ?? '';
  if (given === '') return defaultBoxStartMs;
  return readOption(boxStartMs, /^\d+$/.test(given) ? Number(given) : given, variable);
}
