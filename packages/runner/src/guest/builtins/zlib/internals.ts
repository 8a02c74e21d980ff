/** What Node's JavaScript of `zlib` takes of the rest of Node. */
import buffer from '../buffer.ts';
import { nodeError, outOfRange, wrongType } from '../errors.ts';
import util from '../util/index.ts';

const { Buffer } = buffer;

/** An error class of Node's: `new codes.ERR_…(…)`. */
const coded = (make: (...values: never[]) => Error): new (...values: unknown[]) => Error =>
  function (...values: unknown[]) {
    return make(...(values as never[]));
  } as unknown as new (...values: unknown[]) => Error;
const inRange = (code: string, message: (value: unknown) => string): ReturnType<typeof coded> =>
  coded((value: unknown) => nodeError(RangeError, code, message(value)));

export const codes = {
  ERR_BROTLI_INVALID_PARAM: inRange(
    'ERR_BROTLI_INVALID_PARAM',
    (key) => `${String(key)} is not a valid Brotli parameter`,
  ),
  ERR_ZSTD_INVALID_PARAM: inRange(
    'ERR_ZSTD_INVALID_PARAM',
    (key) => `${String(key)} is not a valid zstd parameter`,
  ),
  ERR_BUFFER_TOO_LARGE: inRange(
    'ERR_BUFFER_TOO_LARGE',
    (most) => `Cannot create a Buffer larger than ${String(most)} bytes`,
  ),
  ERR_INVALID_ARG_TYPE: coded(wrongType),
  ERR_OUT_OF_RANGE: coded(outOfRange),
  ERR_TRAILING_JUNK_AFTER_STREAM_END: coded(() =>
    nodeError(
      TypeError,
      'ERR_TRAILING_JUNK_AFTER_STREAM_END',
      'Trailing junk found after the end of the compressed stream',
    ),
  ),
};

export const genericNodeError = (message: string, members: object): Error =>
  Object.assign(new Error(message), members);

export const assignFunctionName = (name: string, fn: object): object =>
  Object.defineProperty(fn, 'name', { value: name, configurable: true });

type Constructor = new (...values: unknown[]) => object;

export function deprecateInstantiation(
  ctor: Constructor,
  code: string,
  ...values: unknown[]
): object {
  const message = `Instantiating ${ctor.name} without the 'new' keyword has been deprecated.`;
  return util.deprecate(() => new ctor(...values), message, code)();
}

export const isArrayBufferView = (value: unknown): boolean => ArrayBuffer.isView(value);
export const isUint8Array = (value: unknown): boolean => value instanceof Uint8Array;
export const isAnyArrayBuffer = (value: unknown): boolean => value instanceof ArrayBuffer;

export function assert(holds: unknown, message = 'An internal condition does not hold'): void {
  if (!holds) throw nodeError(Error, 'ERR_INTERNAL_ASSERTION', message);
}

export const symbols = { owner_symbol: Symbol('owner_symbol') };

/** Node's own makes a Buffer without a look at its arguments; here it only ever makes an empty one. */
export const FastBuffer = function () {
  return Buffer.alloc(0);
} as unknown as new () => object;

export function validateFiniteNumber(value: unknown, name: string): boolean {
  if (value === undefined || Number.isNaN(value)) return false;
  if (typeof value !== 'number') throw wrongType(name, 'number', value);
  if (Number.isFinite(value)) return true;
  throw outOfRange(name, 'a finite number', value);
}

export function checkRangesOrGetDefault(
  value: unknown,
  name: string,
  least: number,
  most: number,
  otherwise: unknown,
): unknown {
  if (!validateFiniteNumber(value, name)) return otherwise;
  const isWithin = (value as number) >= least && (value as number) <= most;
  if (!isWithin) throw outOfRange(name, `>= ${least} and <= ${most}`, value);
  return value;
}

export function validateBoolean(value: unknown, name: string): void {
  if (typeof value !== 'boolean') throw wrongType(name, 'boolean', value);
}

export function validateFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') throw wrongType(name, 'Function', value);
}

export function validateUint32(value: unknown, name: string): void {
  if (typeof value !== 'number') throw wrongType(name, 'number', value);
  if (!Number.isInteger(value)) throw outOfRange(name, 'an integer', value);
  if (value < 0 || value >= 2 ** 32) throw outOfRange(name, `>= 0 && <= ${2 ** 32 - 1}`, value);
}
