import { inspectValue } from './format.ts';
import { wordsLibrary } from './lazy.ts';
import { defineOwn, min, trunc } from './natives.ts';

/** The shortest and the longest time that a timer waits, as in Node; immediates and tasks do not wait. */
export const leastMs = 1;
const mostMs = 2 ** 31 - 1;

/** Reads the milliseconds that a script gives. What no timer can wait is 1, and `warn` is told in Node's words. */
export function durations(warn: (text: string) => void): (given: unknown) => number {
  let hasWarnedOfNegative = false;
  let hasWarnedOfNaN = false;
  return (given) => {
    if (given === undefined) return leastMs;
    const ms = Number(given);
    if (ms >= leastMs && ms <= mostMs) return trunc(ms);
    // As in Node, only those that are too long are told each time.
    const isKnown = ms >= 0 ? ms <= mostMs : ms < 0 ? hasWarnedOfNegative : hasWarnedOfNaN;
    if (isKnown) return leastMs;
    if (ms < 0) hasWarnedOfNegative = true;
    else if (ms !== ms) hasWarnedOfNaN = true;
    try {
      warn(wordsLibrary().durationWarning(ms));
    } catch {
      // A script may have changed what a library is loaded with: its timer waits all the same.
    }
    return leastMs;
  };
}

/** What a timer can wait of what a script has written into its handle; -1 for a negative time, which is none. */
export function waitable(value: unknown): number {
  const ms = trunc(Number(value));
  if (ms < 0) return -1;
  return ms >= leastMs ? min(ms, mostMs) : leastMs;
}

/** Throws as Node does unless `callback` is a function. */
export function assertCallable(callback: unknown): void {
  if (typeof callback === 'function') return;
  const shown = inspectValue(callback, { depth: -1 });
  const error = new TypeError(wordsLibrary().callbackError(callback, shown));
  defineOwn(error, 'code', 'ERR_INVALID_ARG_TYPE');
  throw error;
}
