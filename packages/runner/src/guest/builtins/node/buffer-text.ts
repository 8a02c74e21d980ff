/** Text and bytes as Node's Buffer converts them: in JavaScript what is short and plain, else by Node itself. */
import { conversionBy, type Encoding } from '../../platform/conversion.ts';
import { nodeError } from './errors.ts';

const conversion = conversionBy(castellan.convert);

export type Bytes = Uint8Array<ArrayBuffer>;

/** `ascii` is read with its eighth bit taken away, and written as `latin1`. */
export type BufferEncoding = Encoding | 'ascii';

const others: Readonly<Record<string, BufferEncoding>> = {
  'utf-8': 'utf8',
  'ucs-2': 'utf16le',
  'utf-16le': 'utf16le',
  ucs2: 'utf16le',
  binary: 'latin1',
};
const own = ['utf8', 'latin1', 'utf16le', 'base64', 'base64url', 'hex', 'ascii'] as const;

/** The encoding that a name stands for; undefined for an unknown one. */
export function encodingNamed(name: unknown): BufferEncoding | undefined {
  if (typeof name !== 'string') return undefined;
  const lower = name.toLowerCase();
  return (
    own.find((encoding) => encoding === lower) ??
    (Object.hasOwn(others, lower) ? others[lower] : undefined)
  );
}

/** The encoding of an argument, where none is UTF-8. Throws `ERR_UNKNOWN_ENCODING`. */
export function encodingOf(name: unknown): BufferEncoding {
  if (name === undefined || name === null || name === '') return 'utf8';
  const encoding = encodingNamed(name);
  if (encoding !== undefined) return encoding;
  throw nodeError(TypeError, 'ERR_UNKNOWN_ENCODING', `Unknown encoding: ${String(name as string)}`);
}

/** Up to here a loop takes less time than Node's answer. */
const shortLength = 64;

export function decode(bytes: Bytes, encoding: BufferEncoding): string {
  if (bytes.length === 0) return '';
  if (encoding === 'ascii')
    return decode(
      bytes.map((byte) => byte & 0x7f),
      'latin1',
    );
  const isText = encoding === 'utf8' || encoding === 'latin1';
  const short = isText && bytes.length <= shortLength ? shortText(bytes, encoding) : undefined;
  return short ?? conversion.decode(bytes, encoding);
}

function shortText(bytes: Bytes, encoding: 'utf8' | 'latin1'): string | undefined {
  if (encoding === 'utf8' && bytes.some((byte) => byte > 0x7f)) return undefined;
  return String.fromCharCode(...bytes);
}

/** As many bytes as `text` makes, in memory of their own. */
export function encode(text: string, encoding: BufferEncoding): Bytes {
  const isText = encoding === 'utf8' || encoding === 'latin1' || encoding === 'ascii';
  const short = isText && text.length <= shortLength ? shortBytes(text) : undefined;
  return short ?? conversion.encode(text, encoding === 'ascii' ? 'latin1' : encoding);
}

function shortBytes(text: string): Bytes | undefined {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) return undefined;
    bytes[index] = unit;
  }
  return bytes;
}

/** The longest beginning of `text` that takes at most `length` bytes; no character is cut. */
export function encodeUpTo(text: string, encoding: BufferEncoding, length: number): Bytes {
  if (encoding === 'utf16le') return encode(text.slice(0, length >>> 1), encoding);
  if (encoding === 'hex') return encode(text.slice(0, 2 * length), encoding);
  if (encoding === 'base64' || encoding === 'base64url') {
    return encode(text, encoding).subarray(0, length);
  }
  const bytes = encode(text.slice(0, length), encoding);
  if (bytes.length <= length) return bytes;
  let end = length;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

/** How many bytes `text` takes at most; for UTF-8 exactly. */
export function byteLength(text: string, encoding: BufferEncoding): number {
  const { length } = text;
  switch (encoding) {
    case 'utf8':
      return utf8Length(text);
    case 'utf16le':
      return 2 * length;
    case 'hex':
      return length >>> 1;
    case 'base64':
    case 'base64url': {
      const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
      return ((length - padding) * 3) >>> 2;
    }
    case 'latin1':
    case 'ascii':
      return length;
  }
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // Both halves of a pair are counted here: four bytes in place of its two units.
    const isPair = (unit & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00;
    if (isPair) index++;
  }
  return bytes;
}
