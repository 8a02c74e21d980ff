/**
 * How a script reaches Node's own cryptography and compression. One function of the runner takes every
 * call; nothing but text and bytes crosses, as copies:
 *
 *   guest   native(text, data)    text: JSON of [operation, ...values]
 *                                 data: the bytes of all values, one after another; or one text
 *   runner  a text                JSON of [0, value] or [1, failure]
 *           or bytes              uint32 LE: length of that JSON │ JSON in ASCII │ bytes of its values
 *
 * A value is what JSON has of its kind; everything else is a list that begins with a tag.
 */
export type Wire =
  | string
  | number
  | boolean
  | null
  | readonly ['undefined']
  | readonly ['data']
  /** NaN, the infinities, and the zero below zero. */
  | readonly ['number', text: string]
  | readonly ['bigint', text: string]
  | readonly ['date', ms: number]
  | readonly ['list', items: readonly Wire[]]
  | readonly ['object', members: Readonly<Record<string, Wire>>]
  | readonly ['bytes', kind: BytesKind, start: number, length: number]
  | readonly ['key', type: KeyType, start: number, length: number]
  | readonly ['certificate', start: number, length: number]
  /** What Node is only told about, to say in its own words that it takes no such thing. */
  | readonly ['function' | 'symbol' | 'instance', name: string];

export type BytesKind = 'Buffer' | 'Uint8Array' | 'ArrayBuffer';
/** A key crosses as its bytes: a secret as it is, others as DER: SPKI, or PKCS #8 without a password. */
export type KeyType = 'secret' | 'public' | 'private';

export interface NativeFailure {
  readonly type: 'Error' | 'TypeError' | 'RangeError' | 'SyntaxError';
  readonly message: string;
  /** `code`, and what OpenSSL says: `library`, `reason`, `function`, `opensslErrorStack`. */
  readonly members: Readonly<Record<string, string | number | readonly string[]>>;
}

export type NativeReply = readonly [0, Wire] | readonly [1, NativeFailure];

/** The function of the runner; an empty text where there is no Node. */
export type Native = (text: string, data: Uint8Array | string) => Uint8Array | string;

/**
 * Bytes or units of text of a large input that cross at a time: few enough for memory that both sides have
 * at hand, many enough that the call costs little beside them.
 */
export const crossing = 2 ** 16;

/** Kinds of compression, in the order in which Node numbers them, from 1. */
export const compressors = [
  'Deflate',
  'Inflate',
  'Gzip',
  'Gunzip',
  'DeflateRaw',
  'InflateRaw',
  'Unzip',
  'BrotliDecompress',
  'BrotliCompress',
  'ZstdCompress',
  'ZstdDecompress',
] as const;
