/** Stands in for what the bytes library makes text with, by a table of one text for each byte. */
import * as small from '@exodus/bytes/fallback/platform.js';
import { largeLength } from '../conversion.ts';
import { conversion } from './scope.ts';

export * from '@exodus/bytes/fallback/platform.js';

export function decode2string(
  bytes: Uint8Array,
  start: number,
  end: number,
  texts: readonly string[],
): string {
  const width = texts[0]?.length ?? 0;
  const isEven = texts.every(({ length }) => length === width);
  if (end - start < largeLength || !isEven) return small.decode2string(bytes, start, end, texts);
  const unitOf = Array.from({ length: width }, (_, at) =>
    Uint16Array.from(texts, (text) => text.charCodeAt(at)),
  );
  let text = '';
  for (let from = start; from < end; from += portion) {
    const part = bytes.subarray(from, Math.min(from + portion, end));
    const units = new Uint16Array(part.length * width);
    for (let at = 0; at < width; at++) {
      const table = unitOf[at]!;
      for (let index = 0; index < part.length; index++) {
        units[index * width + at] = table[part[index]!]!;
      }
    }
    text += conversion.decode(new Uint8Array(units.buffer), 'utf16le');
  }
  return text;
}

const portion = 2 ** 16;
