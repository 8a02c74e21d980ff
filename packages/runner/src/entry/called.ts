import { apply, hasOwn, stringIncludes, stringSlice } from '../guest/platform/natives.ts';
import type { EntryArguments } from './context.ts';
import { refusal } from './failures.ts';

type Entry = (...values: readonly unknown[]) => unknown;

const { toString } = Function.prototype;

/** What an entry gives: a function's result, or the value itself. `what` names it in messages. */
export function called(
  what: string,
  value: unknown,
  args: EntryArguments,
  self?: unknown,
): unknown {
  if (typeof value !== 'function') return value;
  if (isClass(value)) {
    throw refusal(
      'no_entry',
      `${what} is a class; a function is expected, as in: async (params, context) => …`,
    );
  }
  return apply(value as Entry, self, argumentsFor(value as Entry, args));
}

/** By its text, since calling it is what it does not allow. */
function isClass(value: object): boolean {
  const text = apply(toString, value, []);
  return (
    stringSlice(text, 0, 5) === 'class' && stringIncludes(' {/\n\r\t', stringSlice(text, 5, 6))
  );
}

function argumentsFor(entry: Entry, { params, context, browsing }: EntryArguments): unknown[] {
  if (browsing === undefined) return [params, context];
  const shown = browsing.shown();
  const taken = browsing.taken(apply(toString, entry, []));
  if (taken === null || !isBrowserless(taken, params)) return [params, { ...context, ...shown }];
  return [{ ...shown, context: params, params }];
}

/** A function as browserless calls it: what it takes is nothing of `params`, but the browser. */
function isBrowserless(taken: readonly string[], params: unknown): boolean {
  let takesBrowser = false;
  for (let index = 0; index < taken.length; index++) {
    const name = taken[index]!;
    if (typeof params === 'object' && params !== null && hasOwn(params, name)) return false;
    takesBrowser ||= name === 'page' || name === 'browser';
  }
  return takesBrowser;
}
