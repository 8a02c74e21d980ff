/**
 * Tests what an object really is, by its internal slots: each test calls a captured native that throws
 * for anything else, so neither a prototype nor `Symbol.toStringTag` can deceive it.
 */

import { apply, getterOf, uncurry } from './natives.ts';

const typedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype) as object;

const mapSize = getterOf<number>(Map.prototype, 'size');
const setSize = getterOf<number>(Set.prototype, 'size');
const bufferLength = getterOf<number>(ArrayBuffer.prototype, 'byteLength');
const regExpSource = getterOf<string>(RegExp.prototype, 'source');
const weakMapHas = uncurry(WeakMap.prototype.has);
const weakSetHas = uncurry(WeakSet.prototype.has);
const weakRefDeref = uncurry(WeakRef.prototype.deref);
const registryUnregister = uncurry(FinalizationRegistry.prototype.unregister);
const objectToString = uncurry(Object.prototype.toString);
const dateValueOf = uncurry(Date.prototype.valueOf);

/** The name of a typed array's kind (`Uint8Array`, …), undefined for anything else. */
export const typedArrayKind = getterOf<string | undefined>(typedArrayPrototype, Symbol.toStringTag);
export const typedArrayBuffer = getterOf<ArrayBuffer>(typedArrayPrototype, 'buffer');
export const typedArrayByteLength = getterOf<number>(typedArrayPrototype, 'byteLength');
export const typedArrayByteOffset = getterOf<number>(typedArrayPrototype, 'byteOffset');
export const typedArrayLength = getterOf<number>(typedArrayPrototype, 'length');
export const { isView } = ArrayBuffer;

export const isMap = (value: object): value is Map<unknown, unknown> => succeeds(mapSize, value);
export const isSet = (value: object): value is Set<unknown> => succeeds(setSize, value);
export const isArrayBuffer = (value: object): value is ArrayBuffer => succeeds(bufferLength, value);
export const isDate = (value: object): value is Date => succeeds(dateValueOf, value);
export const isRegExp = (value: object): value is RegExp =>
  value !== RegExp.prototype && succeeds(regExpSource, value);

/**
 * By the class string, for objects whose prototypes lead to `Error.prototype`: V8 adds
 * `Error.isError` only when a context starts, after the snapshot.
 */
export const isError = (value: object): value is Error =>
  objectToString(value) === '[object Error]';

/** WeakMap, WeakSet, WeakRef and FinalizationRegistry. */
export const isWeakHolder = (value: object): boolean =>
  succeeds(weakMapHas, value, value) ||
  succeeds(weakSetHas, value, value) ||
  succeeds(weakRefDeref, value) ||
  succeeds(registryUnregister, value, value);

const boxes = {
  number: uncurry(Number.prototype.valueOf),
  string: uncurry(String.prototype.valueOf),
  boolean: uncurry(Boolean.prototype.valueOf),
  bigint: uncurry(BigInt.prototype.valueOf),
  symbol: uncurry(Symbol.prototype.valueOf),
};
const boxKinds = ['number', 'string', 'boolean', 'bigint', 'symbol'] as const;

/** The primitive inside a boxed one, in a list of one; undefined for anything else. */
export function unboxed(value: object): readonly [unknown] | undefined {
  for (let index = 0; index < boxKinds.length; index++) {
    try {
      return [boxes[boxKinds[index]!](value)];
    } catch {
      // It is not of this kind.
    }
  }
  return undefined;
}

function succeeds<Arguments extends unknown[]>(
  native: (...values: Arguments) => unknown,
  ...values: Arguments
): boolean {
  try {
    apply(native, undefined, values);
    return true;
  } catch {
    return false;
  }
}
