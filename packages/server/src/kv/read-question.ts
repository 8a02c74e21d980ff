import { isRecord, shown } from '@castellan/protocol/kinds';
import { NotJsonError, toStrictJson } from '@castellan/protocol/json';
import { keyBytes, type KvQuestion, mostListed, valueBytes } from './kv.ts';

/** A mistake of a script; the message is for its author. */
export class KvMistake extends TypeError {
  readonly code = 'kv_invalid';
}

const longestTtlMs = 10 * 365 * 86_400_000;
const usualLimit = 100;

/** What a script asks, by the arguments of its call. Throws `KvMistake`. */
export const readQuestion = {
  get: (key: unknown): KvQuestion => ({ op: 'get', key: keyOf(key, 'get') }),
  set: (key: unknown, value: unknown, options: unknown = {}): KvQuestion => {
    const { ttlMs, ifVersion } = optionsOf(options, 'set', ['ttlMs', 'ifVersion']);
    return {
      op: 'set',
      key: keyOf(key, 'set'),
      value: valueOf(value),
      ttlMs: wholeOf(ttlMs, 'kv.set: ttlMs', 1, longestTtlMs),
      ifVersion: versionOf(ifVersion, 'set'),
    };
  },
  delete: (key: unknown, options: unknown = {}): KvQuestion => {
    const { ifVersion } = optionsOf(options, 'delete', ['ifVersion']);
    return { op: 'delete', key: keyOf(key, 'delete'), ifVersion: versionOf(ifVersion, 'delete') };
  },
  list: (options: unknown = {}): KvQuestion => {
    const {
      prefix = '',
      after = '',
      limit,
    } = optionsOf(options, 'list', ['prefix', 'after', 'limit']);
    return {
      op: 'list',
      prefix: prefix === '' ? '' : keyOf(prefix, 'list', 'prefix'),
      after: after === '' || after === null ? '' : keyOf(after, 'list', 'after'),
      limit: wholeOf(limit, 'kv.list: limit', 1, mostListed) ?? usualLimit,
    };
  },
} as const;

/** What the store takes: PostgreSQL keeps no NUL, and half a character is none. */
export function isKey(text: string): boolean {
  return (
    text !== '' &&
    !text.includes('\0') &&
    text.isWellFormed() &&
    Buffer.byteLength(text) <= keyBytes
  );
}

function keyOf(key: unknown, op: string, what = 'the key'): string {
  if (typeof key === 'string' && isKey(key)) return key;
  throw new KvMistake(
    `kv.${op}: ${what} must be a text of 1 to ${keyBytes} bytes without NUL, not ${shown(key)}`,
  );
}

function valueOf(value: unknown): string {
  if (value === undefined) {
    throw new KvMistake('kv.set: there is no value. Values are JSON; kv.delete removes a key');
  }
  let json: string;
  try {
    json = toStrictJson(value, 'the value');
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error;
    throw new KvMistake(`kv.set: ${error.message}. Values are JSON; base64 carries bytes`);
  }
  const bytes = Buffer.byteLength(json);
  if (bytes <= valueBytes) return json;
  throw new KvMistake(
    `kv.set: the value is ${bytes} bytes of JSON, and at most ${valueBytes} are kept`,
  );
}

function optionsOf(
  options: unknown,
  op: string,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (!isRecord(options)) {
    throw new KvMistake(`kv.${op}: the options must be an object, not ${shown(options)}`);
  }
  const other = Object.keys(options).find((name) => !known.includes(name));
  if (other === undefined) return options;
  throw new KvMistake(`kv.${op}: there is no option ${shown(other)}. Known: ${known.join(', ')}`);
}

function versionOf(value: unknown, op: string): number | null {
  return wholeOf(value, `kv.${op}: ifVersion`, 0, Number.MAX_SAFE_INTEGER);
}

/** Null where it is left out. */
function wholeOf(value: unknown, what: string, least: number, most: number): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) {
    return value;
  }
  throw new KvMistake(
    `${what} must be a whole number from ${least} to ${most}, not ${shown(value)}`,
  );
}
