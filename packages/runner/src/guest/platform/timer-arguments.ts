import { inspectValue } from './format.ts';
import { defineOwn, min, trunc } from './natives.ts';

/** The shortest and the longest time that a timer waits, as in Node; immediates and tasks do not wait. */
export const leastMs = 1;
const mostMs = 2 ** 31 - 1;

/** Reads the milliseconds that a script gives. What no timer can wait is 1, and `warn` is told in Node's words. */
export function durations(warn: (text: string) => void): (given: unknown) => number {
  const warned = { negative: false, nan: false };
  const tell = (kind: string, what: string): void =>
    warn(`Timeout${kind}Warning: ${what}\nTimeout duration was set to ${leastMs}.`);
  return (given) => {
    if (given === undefined) return leastMs;
    const ms = Number(given);
    if (ms >= leastMs && ms <= mostMs) return trunc(ms);
    if (ms > mostMs) tell('Overflow', `${ms} does not fit into a 32-bit signed integer.`);
    else if (ms < 0 && !warned.negative) {
      warned.negative = true;
      tell('Negative', `${ms} is a negative number.`);
    } else if (ms !== ms && !warned.nan) {
      warned.nan = true;
      tell('NaN', `${ms} is not a number.`);
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
  const error = new TypeError(
    `The "callback" argument must be of type function. Received ${received(callback)}`,
  );
  defineOwn(error, 'code', 'ERR_INVALID_ARG_TYPE');
  throw error;
}

function received(value: unknown): string {
  if (value === undefined || value === null) return `${value}`;
  if (typeof value !== 'object') return `type ${typeof value} (${inspectValue(value)})`;
  const { constructor } = value;
  return typeof constructor === 'function'
    ? `an instance of ${constructor.name}`
    : inspectValue(value, { depth: -1 });
}
