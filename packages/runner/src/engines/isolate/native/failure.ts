import type { NativeFailure } from '../../../guest/native/wire.ts';

const types = [TypeError, RangeError, SyntaxError] as const;
const members = ['code', 'library', 'reason', 'function', 'opensslErrorStack', 'errno'] as const;
const longest = 1_000;

/** What a script may know of an error of Node's: its kind, its words and its codes; no stack, no place. */
export function failureOf(error: unknown): NativeFailure {
  if (!(error instanceof Error)) return { type: 'Error', message: 'It failed', members: {} };
  const found: Record<string, string | number | string[]> = {};
  for (const name of members) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === 'string') found[name] = value.slice(0, longest);
    if (typeof value === 'number') found[name] = value;
    if (Array.isArray(value)) found[name] = value.map((item) => String(item).slice(0, longest));
  }
  const type = types.find((known) => error instanceof known)?.name ?? 'Error';
  return {
    type: type as NativeFailure['type'],
    message: error.message.slice(0, longest),
    members: found,
  };
}
