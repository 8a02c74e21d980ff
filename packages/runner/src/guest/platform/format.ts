import type { InspectOptions } from 'node-inspect-extracted';
import { inspectLibrary } from './lazy.ts';
import { apply, defineOwn, stringCharCodeAt, stringIncludes, stringSlice } from './natives.ts';

/** What `console.log(...values)` prints, without a line end; never throws. */
export function formatValues(values: readonly unknown[]): string {
  const text = primitivesText(values);
  if (text !== undefined) return text;
  return textOf(() => {
    const given: unknown[] = [plain];
    for (let index = 0; index < values.length; index++) defineOwn(given, index + 1, values[index]);
    return apply(inspectLibrary().formatWithOptions, undefined, given);
  });
}

/** The text of what needs no library, as most lines do: no object, no symbol, and nothing to be filled in. */
function primitivesText(values: readonly unknown[]): string | undefined {
  let text = '';
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    const type = typeof value;
    if (type === 'symbol' || type === 'function' || (type === 'object' && value !== null)) return;
    let shown = `${value as string}`;
    if (type === 'bigint') shown += 'n';
    else if (value === 0 && 1 / value < 0) shown = '-0';
    else if (index === 0 && values.length > 1 && type === 'string' && stringIncludes(shown, '%'))
      return;
    text = index === 0 ? shown : `${text} ${shown}`;
  }
  return text;
}

/** Node's `inspect`, except that a hook or getter that throws yields a remark and no exception. */
export function inspectValue(value: unknown, options?: InspectOptions): string {
  return textOf(() => inspectLibrary().inspect(value, { ...plain, ...options }));
}

/** Shows the target of a proxy alone, as Node 24 does; the library follows later versions, which name the proxy. */
const plain = {
  // No other part of what is shown is one of these alone: texts and keys like them are quoted.
  stylize: (shown: string): string => (shown === 'Proxy(' || shown === ')' ? '' : shown),
};

/** Cuts a text to `maxLength` UTF-16 units, and never through a surrogate pair. */
export function cutText(value: string, maxLength: number): string {
  if (value.length <= maxLength) return value;
  const last = stringCharCodeAt(value, maxLength - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return stringSlice(value, 0, splitsPair ? maxLength - 1 : maxLength);
}

/** The text of a result: with a custom inspect hook the library may return any value, or throw. */
function textOf(make: () => unknown): string {
  try {
    const made = make();
    return typeof made === 'string' ? made : '[value whose inspect hook gives no text]';
  } catch (error) {
    return unshowable(error);
  }
}

function unshowable(error: unknown): string {
  try {
    const { message } = error as { message?: unknown };
    if (typeof message === 'string') return `[value that cannot be shown: ${message}]`;
  } catch {
    // The thrown value is as hostile as the inspected one.
  }
  return '[value that cannot be shown]';
}

export const customInspect = Symbol.for('nodejs.util.inspect.custom');

/**
 * Makes `console` show the instances of a class by chosen members, as Node shows its own; by the name of
 * their class, or by `name` where Node shows subclasses by the name of what they extend.
 */
export function showMembers<T extends object>(
  ctor: abstract new (...values: never[]) => T,
  members: (self: T) => object,
  name?: string,
): void {
  const show = function (this: T, depth: unknown, options: InspectOptions): unknown {
    if (typeof depth === 'number' && depth < 0) return this;
    const inner = {
      ...options,
      depth: typeof options.depth === 'number' ? options.depth - 1 : null,
    };
    return `${name ?? this.constructor.name} ${inspectLibrary().inspect(members(this), inner)}`;
  };
  showBy(ctor, show);
}

/** Installs `show` as the inspect hook of a class, invisible to enumeration. */
export function showBy<T extends object>(
  ctor: abstract new (...values: never[]) => T,
  show: (this: T, depth: unknown, options: InspectOptions) => unknown,
): void {
  Object.defineProperty(ctor.prototype, customInspect, {
    value: show,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
