import { byte, hexUnit } from './tokens.ts';

/**
 * Writes JSON as `JSON.stringify` does, in place: without white space between the tokens, and
 * characters as themselves where an escape is not needed. The bytes are known to be JSON. Returns
 * where it ends now.
 */
export function compact(bytes: Buffer, start: number, end: number): number {
  let to = start;
  let isInString = false;
  for (let at = start; at < end; at++) {
    const code = bytes[at] ?? 0;
    if (isInString && code === byte.backslash) {
      const read = readEscape(bytes, at);
      if (read.character === null)
        for (let n = 0; n < read.length; n++) bytes[to++] = bytes[at + n] ?? 0;
      else to += bytes.write(read.character, to);
      at += read.length - 1;
      continue;
    }
    if (code === byte.quote) isInString = !isInString;
    if (isInString || code > 0x20) bytes[to++] = code;
  }
  return to;
}

/** An escape: how many bytes it takes, and the character to write for it; null: the escape itself. */
interface Escape {
  readonly length: number;
  readonly character: string | null;
}

function readEscape(bytes: Buffer, at: number): Escape {
  if (bytes[at + 1] === 0x2f) return { length: 2, character: '/' };
  const unit = hexUnit(bytes, at);
  if (unit === undefined) return { length: 2, character: null };
  const isNeeded = unit < 0x20 || unit === byte.quote || unit === byte.backslash;
  if (isNeeded || (unit >= 0xdc00 && unit <= 0xdfff)) return { length: 6, character: null };
  if (unit < 0xd800 || unit > 0xdfff) return { length: 6, character: String.fromCharCode(unit) };
  const low = hexUnit(bytes, at + 6);
  if (low === undefined || low < 0xdc00 || low > 0xdfff) return { length: 6, character: null };
  return { length: 12, character: String.fromCharCode(unit, low) };
}
