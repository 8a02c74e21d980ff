/**
 * Values that JSON cannot carry, sent beside it. A parcel's text is `[value, parts]`: where a part belongs
 * stands null. Its bytes are those of all parts, one behind the other.
 *
 *     { file: Uint8Array(3), onRow: f }   text   [{"file":null,"onRow":null},
 *                                                 [{"path":["file"],"length":3},{"path":["onRow"],"callback":1}]]
 *                                         bytes  3 bytes
 */
import { toStrictJson, type StrictJsonOptions } from './json.ts';
import { uncurry } from './uncurry.ts';

const { defineProperty, hasOwn } = Object;
const { isArray } = Array;
const { isSafeInteger } = Number;
const { stringify } = JSON;
const { setPrototypeOf } = Reflect;
const Bytes = Uint8Array;
const put = uncurry(Uint8Array.prototype.set) as (
  self: Uint8Array,
  from: Uint8Array,
  at: number,
) => void;
const slice = uncurry(Uint8Array.prototype.slice) as (
  self: Uint8Array,
  from: number,
  to: number,
) => Uint8Array<ArrayBuffer>;

/** The most parts of one parcel. */
const mostParts = 1_024;
/** The most bytes of all parts of a parcel. */
export const mostParcelBytes = 16 * 2 ** 20;

/** What is sent beside the JSON: bytes, or the number of a function of the script. */
export type Part = Uint8Array | number;

/** A value as it is sent. `bytes` is null for one that is JSON alone: then `text` is that JSON. */
export interface Parcel {
  readonly text: string;
  readonly bytes: Uint8Array | null;
}

/** Serializes a value, with the parts that `take` finds in it. Throws as `toStrictJson` does, and a `RangeError`. */
export function packed(
  value: unknown,
  root: string,
  take: (value: object) => Part | undefined,
  options: StrictJsonOptions = {},
): Parcel {
  // Without prototype: a script may have put a setter where an index is written.
  const parts: Part[] = [];
  setPrototypeOf(parts, null);
  let count = 0;
  let size = 0;
  let notes = '';
  const takeApart: StrictJsonOptions['takeApart'] = (given, pathOf) => {
    const part = take(given);
    if (part === undefined) return false;
    if (count === mostParts) throw new RangeError(`${root}: more than ${mostParts} parts`);
    const isBytes = typeof part !== 'number';
    if (isBytes) size += part.length;
    if (size > mostParcelBytes) {
      throw new RangeError(`${root}: more than ${mostParcelBytes} bytes are not sent at a time`);
    }
    const what = isBytes ? `"length":${part.length}` : `"callback":${part}`;
    notes += `${count === 0 ? '' : ','}{"path":[${pathText(pathOf())}],${what}}`;
    parts[count++] = part;
    return true;
  };
  const text = toStrictJson(value, root, { ...options, takeApart });
  if (count === 0) return { text, bytes: null };
  const bytes = new Bytes(size);
  let at = 0;
  for (let index = 0; index < count; index++) {
    const part = parts[index]!;
    if (typeof part === 'number') continue;
    put(bytes, part, at);
    at += part.length;
  }
  return { text: `[${text},[${notes}]]`, bytes };
}

function pathText(path: readonly (string | number)[]): string {
  let text = '';
  for (let level = 0; level < path.length; level++) {
    text += `${level === 0 ? '' : ','}${stringify(path[level])}`;
  }
  return text;
}

/** Something that only looks like a parcel. */
export class ParcelError extends Error {
  override readonly name = 'ParcelError';
}

/**
 * The value of a parcel whose text was parsed: everything about it may be hostile. `functionOf` makes
 * what stands for a function.
 */
export function unpacked(
  parsed: unknown,
  bytes: Uint8Array,
  functionOf: (id: number) => unknown,
): unknown {
  if (!isArray(parsed) || parsed.length !== 2) throw new ParcelError('a parcel is a pair');
  let value: unknown = parsed[0];
  const parts: unknown = parsed[1];
  if (!isArray(parts) || parts.length > mostParts) throw new ParcelError('bad parts of a parcel');
  let at = 0;
  for (let index = 0; index < parts.length; index++) {
    const { path, length, callback } = partOf(parts[index]);
    let part: unknown;
    if (length !== undefined) {
      if (length > bytes.length - at) throw new ParcelError('a part is longer than its parcel');
      part = slice(bytes, at, (at += length));
    } else {
      // Whoever awaits such an object calls it.
      if (path[path.length - 1] === 'then') throw new ParcelError('a function is named "then"');
      part = functionOf(callback!);
    }
    value = placed(value, path, part);
  }
  if (at !== bytes.length) throw new ParcelError('a parcel has more bytes than its parts');
  return value;
}

interface Note {
  readonly path: readonly unknown[];
  readonly length: number | undefined;
  readonly callback: number | undefined;
}

function partOf(note: unknown): Note {
  if (typeof note !== 'object' || note === null) throw new ParcelError('bad part of a parcel');
  const read = (key: string): unknown =>
    hasOwn(note, key) ? (note as Record<string, unknown>)[key] : undefined;
  const number = (key: string): number | undefined => {
    const given = read(key);
    if (given === undefined) return undefined;
    if (isSafeInteger(given) && (given as number) >= 0) return given as number;
    throw new ParcelError(`bad ${key} of a part`);
  };
  const path = read('path');
  const length = number('length');
  const callback = number('callback');
  if (!isArray(path) || (length === undefined) === (callback === undefined)) {
    throw new ParcelError('bad part of a parcel');
  }
  return { path, length, callback };
}

/** Puts a part where null stands in the value, and nowhere else. */
function placed(value: unknown, path: readonly unknown[], part: unknown): unknown {
  const last = path.length - 1;
  if (last === -1) {
    if (value !== null) throw new ParcelError('a part has no place');
    return part;
  }
  let holder: unknown = value;
  for (let level = 0; level < last; level++) holder = own(holder, path[level]);
  if (own(holder, path[last]) !== null) throw new ParcelError('a part has no place');
  defineProperty(
    holder as object,
    path[last] as string,
    {
      __proto__: null,
      value: part,
      writable: true,
      enumerable: true,
      configurable: true,
    } as PropertyDescriptor,
  );
  return value;
}

function own(holder: unknown, key: unknown): unknown {
  const isKey = typeof key === 'string' || typeof key === 'number';
  if (isKey && typeof holder === 'object' && holder !== null && hasOwn(holder, key)) {
    const { [key]: found } = holder as Record<string | number, unknown>;
    return found;
  }
  throw new ParcelError('a part has no place');
}
