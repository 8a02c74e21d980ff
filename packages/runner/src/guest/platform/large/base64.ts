/** Stands in for the base64 of the bytes library: what is large is converted by the runner. */
import * as small from '@exodus/bytes/fallback/base64.js';
import { largeLength } from '../conversion.ts';
import { conversion } from './scope.ts';

export * from '@exodus/bytes/fallback/base64.js';

export function toBase64(bytes: Uint8Array, isUrl: boolean, isPadded: boolean): string {
  if (bytes.length < largeLength) return small.toBase64(bytes, isUrl, isPadded);
  const text = conversion.decode(bytes, isUrl ? 'base64url' : 'base64');
  if (!isUrl) return isPadded ? text : text.replace(/=+$/, '');
  return isPadded ? text + '='.repeat((4 - (text.length % 4)) % 4) : text;
}

/** Node's is lenient, so the alphabet is looked at before, and the end by the library itself. */
export function fromBase64(text: string, isUrl: boolean): Uint8Array {
  const end = text.length - (text.length % 4) - 4;
  if (end < largeLength) return small.fromBase64(text, isUrl);
  const others = isUrl ? /[^A-Za-z0-9_-]/ : /[^A-Za-z0-9+/]/;
  if (others.test(text.slice(0, end))) throw new SyntaxError(small.E_CHAR);
  small.fromBase64(text.slice(end), isUrl);
  return conversion.encode(text, isUrl ? 'base64url' : 'base64');
}
