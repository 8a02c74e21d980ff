/** Stands in for the UTF-8 of the bytes library: what is large is converted by the runner. */
import { E_STRICT_UNICODE } from '@exodus/bytes/fallback/_utils.js';
import * as small from '@exodus/bytes/fallback/utf8.js';
import { largeLength } from '../conversion.ts';
import { conversion } from './scope.ts';

const { isWellFormed, includes } = String.prototype;
const { apply } = Reflect;

export function encode(text: string, loose: boolean): Uint8Array {
  if (text.length < largeLength) return small.encode(text, loose);
  if (!loose && !apply(isWellFormed, text, [])) throw new TypeError(E_STRICT_UNICODE);
  return conversion.encode(text, 'utf8');
}

export function decodeFast(bytes: Uint8Array, loose: boolean): string {
  if (bytes.length < largeLength) return small.decodeFast(bytes, loose);
  const text = conversion.decode(bytes, 'utf8');
  // Malformed, or a text that has the replacement character of its own.
  const isDoubtful = !loose && apply(includes, text, ['\ufffd']);
  return isDoubtful ? small.decodeFast(bytes, false) : text;
}
