/**
 * Natives captured before any script runs. Code at the boundary, and code that must work whatever a
 * script does to the built-in prototypes, calls these and never a method by name.
 */

type Uncurried<Self, Arguments extends unknown[], Result> = (
  self: Self,
  ...values: Arguments
) => Result;

const { bind, call } = Function.prototype;

/** Turns a method into a function that takes its `this` first. */
export const uncurry = bind.bind(call) as <Arguments extends unknown[], Result, Self = unknown>(
  method: (this: Self, ...values: Arguments) => Result,
) => Uncurried<Self, Arguments, Result>;

/** The getter of an accessor as a function that takes its `this` first. */
export function getterOf<Result>(holder: object, key: PropertyKey): (self: unknown) => Result {
  const getter = Reflect.getOwnPropertyDescriptor(holder, key)?.get;
  if (getter === undefined) throw new TypeError(`No getter: ${String(key)}`);
  return uncurry(getter) as (self: unknown) => Result;
}

export const {
  apply,
  construct,
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  ownKeys,
} = Reflect;
export const { create, keys: objectKeys, setPrototypeOf } = Object;
export const { isArray } = Array;
export const { floor, max, min, trunc } = Math;
export const captureStackTrace = Error.captureStackTrace;

export const hasOwn = uncurry(Object.prototype.hasOwnProperty) as (
  self: object,
  key: PropertyKey,
) => boolean;
export const isPrototypeOf = uncurry(Object.prototype.isPrototypeOf) as (
  prototype: object,
  value: unknown,
) => boolean;

export const stringSlice = uncurry(String.prototype.slice);
export const stringIncludes = uncurry(String.prototype.includes);
export const stringCharCodeAt = uncurry(String.prototype.charCodeAt);
export const stringSplit = uncurry(String.prototype.split) as unknown as (
  self: string,
  separator: string,
) => string[];
export const toWellFormed = uncurry(String.prototype.toWellFormed);
export const stringRepeat = uncurry(String.prototype.repeat);
export const stringPadStart = uncurry(String.prototype.padStart);
export const numberToFixed = uncurry(Number.prototype.toFixed);
export const arrayJoin = uncurry(Array.prototype.join);
export const arraySlice = uncurry(Array.prototype.slice) as <T>(
  self: readonly T[],
  start?: number,
  end?: number,
) => T[];

const iterator: typeof Symbol.iterator = Symbol.iterator;
/** The iterator method of an object, if it has one. */
export const iteratorMethod = (value: object): unknown =>
  (value as Partial<Iterable<unknown>>)[iterator];

type MapOf<K, V> = Map<K, V>;
export const mapGet = uncurry(Map.prototype.get) as <K, V>(
  self: MapOf<K, V>,
  key: K,
) => V | undefined;
export const mapSet = uncurry(Map.prototype.set) as <K, V>(
  self: MapOf<K, V>,
  key: K,
  value: V,
) => MapOf<K, V>;
export const mapHas = uncurry(Map.prototype.has) as <K, V>(self: MapOf<K, V>, key: K) => boolean;
export const mapDelete = uncurry(Map.prototype.delete) as <K, V>(
  self: MapOf<K, V>,
  key: K,
) => boolean;
export const mapForEach = uncurry(Map.prototype.forEach) as <K, V>(
  self: MapOf<K, V>,
  visit: (value: V, key: K) => void,
) => void;
export const setForEach = uncurry(Set.prototype.forEach) as <V>(
  self: Set<V>,
  visit: (value: V) => void,
) => void;
export const setHas = uncurry(Set.prototype.has) as <V>(self: Set<V>, value: V) => boolean;
export const setAdd = uncurry(Set.prototype.add) as <V>(self: Set<V>, value: V) => Set<V>;

export const setDelete = uncurry(Set.prototype.delete) as <V>(self: Set<V>, value: V) => boolean;

/** A copy of some bytes, always a plain Uint8Array in a buffer of its own. */
export const bytesSlice = (bytes: Uint8Array, start = 0, end?: number): Uint8Array<ArrayBuffer> => {
  const part = bytesSubarray(bytes, start, end);
  const copy = new NativeBytes(part.length);
  bytesSet(copy, part);
  return copy;
};
const NativeBytes = Uint8Array;
const bytesSubarray = uncurry(Uint8Array.prototype.subarray);
const bytesSet = uncurry(Uint8Array.prototype.set);

/** A list whose index writes never reach a setter planted on `Array.prototype`. */
export function bareList<T>(): T[] {
  return setPrototypeOf([], null) as T[];
}

/** A data property as `class` and the web define them: writable, configurable, not enumerable. */
export function defineHidden(holder: object, key: PropertyKey, value: unknown): void {
  defineProperty(holder, key, {
    __proto__: null,
    value,
    writable: true,
    configurable: true,
    enumerable: false,
  } as PropertyDescriptor);
}

/** Creates or replaces an own, enumerable data property, whatever the prototypes say. */
export function defineOwn(holder: object, key: PropertyKey, value: unknown): void {
  defineProperty(holder, key, {
    __proto__: null,
    value,
    writable: true,
    configurable: true,
    enumerable: true,
  } as PropertyDescriptor);
}
