/** What Node's own JavaScript of several modules takes of the rest of Node. */
import { encodingNamed } from './buffer-text.ts';
import { nodeError } from './errors.ts';
export { codes } from './codes.ts';

const tagOf = (value: unknown): string => Object.prototype.toString.call(value);

/** Asked for where it is called: what inspects is loaded with it, and most scripts never see a value described. */
export const inspect = Object.assign(
  (value: unknown, options?: Readonly<Record<string, unknown>>): string =>
    castellan.inspection.inspect(value, options),
  { custom: Symbol.for('nodejs.util.inspect.custom') },
);
export const kEmptyObject = Object.freeze({ __proto__: null });
export const isWindows = false;
export const isError = (value: unknown): boolean =>
  value instanceof Error || tagOf(value) === '[object Error]';
export const isArrayBufferView = (value: unknown): boolean => ArrayBuffer.isView(value);
export const isUint8Array = (value: unknown): boolean => value instanceof Uint8Array;
export const isTypedArray = (value: unknown): boolean =>
  ArrayBuffer.isView(value) && !(value instanceof DataView);
const lengthOf = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')!.get!;
/** By what it is: an object may have the prototype alone. */
export const isArrayBuffer = (value: unknown): boolean => {
  try {
    Reflect.apply(lengthOf, value, []);
    return true;
  } catch {
    return false;
  }
};
/** Isolates have no memory that is shared. */
export const isAnyArrayBuffer = (value: unknown): boolean => isArrayBuffer(value);
export const isRegExp = (value: unknown): boolean => tagOf(value) === '[object RegExp]';
export const isPromise = (value: unknown): boolean => value instanceof Promise;
export const isAsyncFunction = (value: unknown): boolean =>
  tagOf(value) === '[object AsyncFunction]';
export const isErrorStackTraceLimitWritable = (): boolean =>
  Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true;

/** Node leaves the functions that check arguments out of stacks; here they stand in them. */
export const hideStackFrames = <F extends (...values: never[]) => unknown>(
  fn: F,
): F & { readonly withoutStackTrace: F } => Object.assign(fn, { withoutStackTrace: fn });

export const genericNodeError = (message: string, members: object): Error =>
  Object.assign(new Error(message), members);

export class AbortError extends Error {
  readonly code = 'ABORT_ERR';

  constructor(message = 'The operation was aborted', options?: ErrorOptions) {
    super(message, options);
    this.name = 'AbortError';
  }
}

export function assert(holds: unknown, message = 'An internal condition does not hold'): void {
  if (!holds) throw nodeError(Error, 'ERR_INTERNAL_ASSERTION', message);
}

/** One error for two that came together, as far as they are different. */
export function aggregateTwoErrors(inner?: Error | null, outer?: Error | null): Error | undefined {
  if (!inner || !outer || inner === outer) return inner ?? outer ?? undefined;
  const { errors } = outer as { errors?: unknown };
  if (Array.isArray(errors)) {
    errors.push(inner);
    return outer;
  }
  const both = new AggregateError([outer, inner], outer.message);
  return Object.assign(both, { code: (outer as { code?: unknown }).code });
}

/** Calls back at most once. */
export function once<F extends (...values: never[]) => unknown>(
  fn: F,
  { preserveReturnValue = false } = {},
): (...values: Parameters<F>) => unknown {
  let isCalled = false;
  let value: unknown;
  return function (this: unknown, ...values) {
    if (isCalled) return value;
    isCalled = true;
    const returned: unknown = Reflect.apply(fn, this, values);
    if (preserveReturnValue) value = returned;
    return returned;
  };
}

export const assignFunctionName = (name: string, fn: object): object =>
  Object.defineProperty(fn, 'name', { value: name, configurable: true });

export const promisify = { custom: Symbol.for('nodejs.util.promisify.custom') };
export const debuglog = (): (() => void) => () => undefined;
export const getOptionValue = (): boolean => false;
export const platform = 'linux';

/** Takes items out of a list from a place on; one of them without a copy. */
export function spliceOne(list: unknown[], index: number): void {
  for (let at = index; at + 1 < list.length; at++) list[at] = list[at + 1];
  list.pop();
}

export const SideEffectFreeRegExpPrototypeSymbolReplace = (
  pattern: RegExp,
  text: string,
  by: string,
): string => text.replace(pattern, by);

export const setOwnProperty = (target: object, key: PropertyKey, value: unknown): unknown =>
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });

export const getLazy = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** The name of an encoding, where none is UTF-8; undefined for an unknown one. */
export const normalizeEncoding = (name: unknown): string | undefined =>
  name === undefined || name === null || name === '' ? 'utf8' : encodingNamed(name);
