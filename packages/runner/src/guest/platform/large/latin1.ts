/** Stands in for the Latin-1 and UTF-16 of the bytes library: what is large is converted by the runner. */
import * as small from '@exodus/bytes/fallback/latin1.js';
import { largeLength } from '../conversion.ts';
import { conversion } from './scope.ts';

export * from '@exodus/bytes/fallback/latin1.js';

/** Units of 8 or 16 bits as text. */
export function decodeLatin1(
  units: Uint8Array | Uint16Array,
  start = 0,
  stop = units.length,
): string {
  if (stop - start < largeLength) return small.decodeLatin1(units, start, stop);
  const part = units.subarray(start, stop);
  return part.BYTES_PER_ELEMENT === 1
    ? conversion.decode(part as Uint8Array, 'latin1')
    : conversion.decode(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), 'utf16le');
}

export const decodeUCS2 = (units: Uint16Array, stop = units.length): string =>
  decodeLatin1(units, 0, stop);

export const decodeAscii = (units: Uint8Array | Uint16Array): string =>
  decodeLatin1(new Uint8Array(units.buffer, units.byteOffset, units.byteLength));

export const encodeLatin1 = (text: string): Uint8Array =>
  text.length < largeLength ? small.encodeLatin1(text) : conversion.encode(text, 'latin1');
