/** `util`: the console's `inspect`, a port of Node's other functions, and what Node has added since. */
import util from 'util/';
import { type Comparisons, comparisonsOf } from '../node/comparisons.ts';

const { inspect, format, formatWithOptions, stripVTControlCharacters } = castellan.inspection;

/** Resolves when the signal is aborted. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}

/** Logs a warning at the first call. */
function deprecate<F extends (...values: never[]) => unknown>(
  fn: F,
  message: string,
  code?: string,
): F {
  let warned = false;
  const deprecated = function (this: unknown, ...values: never[]): unknown {
    if (!warned)
      console.warn(`${code === undefined ? '' : `[${code}] `}DeprecationWarning: ${message}`);
    warned = true;
    return new.target === undefined
      ? Reflect.apply(fn, this, values)
      : Reflect.construct(fn, values, new.target);
  };
  Object.setPrototypeOf(deprecated, fn);
  Object.defineProperty(deprecated, 'prototype', { value: fn.prototype });
  return deprecated as unknown as F;
}

const custom = Symbol.for('nodejs.util.promisify.custom');

/** As the library's, but by the symbol that all of Node and its packages know. */
const promisify = Object.assign(
  (fn: { readonly [custom]?: unknown } & ((...values: never[]) => unknown)): unknown => {
    const own = fn?.[custom];
    return own === undefined ? util['promisify']!(fn as never) : own;
  },
  { custom },
);

const debuglog = (): object => Object.assign(() => undefined, { enabled: false });
const types = {
  ...util.types,
  isBigIntObject: (value: unknown): boolean =>
    typeof value === 'object' && Object.prototype.toString.call(value) === '[object BigInt]',
  isNativeError: (value: unknown): boolean => value instanceof Error,
};
let comparisons: Comparisons | undefined;
const isDeepStrictEqual = (a: unknown, b: unknown, skipPrototype?: boolean): boolean =>
  (comparisons ??= comparisonsOf(types)).isDeepStrictEqual(a, b, skipPrototype);

const { callbackify, inherits, _extend } = util;
const { isArray } = Array;

export default {
  inspect,
  format,
  formatWithOptions,
  stripVTControlCharacters,
  promisify,
  callbackify,
  inherits,
  _extend,
  isArray,
  deprecate,
  debuglog,
  debug: debuglog,
  isDeepStrictEqual,
  types,
  aborted,
  TextEncoder,
  TextDecoder,
  toUSVString: (value: unknown): string => String(value).toWellFormed(),
};
