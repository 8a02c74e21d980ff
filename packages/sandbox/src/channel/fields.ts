import { FrameError } from '@castellan/protocol';

/** The JSON object of an untrusted frame. Read it key by key, own keys only, never as a whole. */
export type Fields = Readonly<Record<string, unknown>>;

/** Throws `FrameError` unless the text is a JSON object. */
export function parseObject(json: string): Fields {
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

/** At most `most` UTF-16 units. */
export function text(fields: Fields, key: string, most: number): string {
  const value = field(fields, key);
  if (typeof value !== 'string' || value.length > most) throw bad(key);
  return value;
}

/** A whole number that is not negative. */
export function whole(fields: Fields, key: string): number {
  const value = field(fields, key);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw bad(key);
  return value;
}

export function orNull<T>(fields: Fields, key: string, read: (key: string) => T): T | null {
  const value = field(fields, key);
  return value === null || value === undefined ? null : read(key);
}
