/**
 * Readers of untrusted frames: the object of a frame is read key by key, own keys only, each one
 * bounded and copied. The parsed object itself is never passed on.
 */
import { FrameError } from './frames.ts';
import { exceededCap, type JsonCaps } from './weight.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Of an object whose fields are texts, numbers and flags. */
const flat: JsonCaps = { depth: 1, nodes: 32 };

/** Throws `FrameError` for text that is no JSON object, or that exceeds `caps`: it is not parsed then. */
export function parseObject(json: string, caps: JsonCaps = flat): Fields {
  const exceeded = exceededCap(json, caps);
  if (exceeded === 'depth') throw new FrameError('frame text is nested too deeply');
  if (exceeded !== null) throw new FrameError('frame text holds too many values or names');
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new FrameError('frame text is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null) throw new FrameError('frame is no object');
  return parsed as Fields;
}

export function bad(key: string): FrameError {
  return new FrameError(`bad ${key} in a frame`);
}

export function field(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

/** Returns the object at a key; an array is refused. */
export function objectField(fields: Fields, key: string): Fields {
  const value = field(fields, key);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(key);
  return value as Fields;
}

/** Returns a list of at most `most` entries, each one read by `read`. */
export function listField<T>(
  fields: Fields,
  key: string,
  most: number,
  read: (entry: unknown) => T,
): T[] {
  const value = field(fields, key);
  if (!Array.isArray(value) || value.length > most) throw bad(key);
  return value.map(read);
}

/** Returns a text of at most `most` UTF-16 units. */
export function textField(fields: Fields, key: string, most: number): string {
  const value = field(fields, key);
  if (typeof value !== 'string' || value.length > most) throw bad(key);
  return value;
}

/** Returns a text that `form` matches as a whole. */
export function formField(fields: Fields, key: string, form: RegExp): string {
  const value = field(fields, key);
  if (typeof value !== 'string' || !form.test(value)) throw bad(key);
  return value;
}

/** Returns a whole number that is not negative. */
export function wholeField(fields: Fields, key: string): number {
  const value = field(fields, key);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw bad(key);
  return value;
}

/** Returns a number that is not negative, fractions allowed. */
export function numberField(fields: Fields, key: string): number {
  const value = field(fields, key);
  if (typeof value !== 'number' || !(value >= 0 && value < Infinity)) throw bad(key);
  return value;
}

export function flagField(fields: Fields, key: string): boolean {
  const value = field(fields, key);
  if (typeof value !== 'boolean') throw bad(key);
  return value;
}

/** Returns one of the words. */
export function wordField<const Word extends string>(
  fields: Fields,
  key: string,
  words: readonly Word[],
): Word {
  const value = field(fields, key);
  const found = words.find((word) => word === value);
  if (found === undefined) throw bad(key);
  return found;
}

/** A list of these words, no longer than they are many. */
export function wordsField<const Word extends string>(
  fields: Fields,
  key: string,
  words: readonly Word[],
): readonly Word[] {
  return listField(fields, key, words.length, (value) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw bad(key);
    return found;
  });
}

export function orNullField<T>(fields: Fields, key: string, read: (key: string) => T): T | null {
  const value = field(fields, key);
  return value === null || value === undefined ? null : read(key);
}
