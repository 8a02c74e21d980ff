/** Reads the tokens of JSON (RFC 8259) from UTF-8, without making values of them. */

/** The bytes are no JSON. */
export class NotJson extends Error {
  override readonly name = 'NotJson';

  constructor(what: string, at: number) {
    super(`${what} at position ${at}`);
  }
}

export const byte = {
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** The place of the first byte from `at` on that is no white space. */
export function afterSpace(bytes: Uint8Array, at: number): number {
  for (;;) {
    const code = bytes[at];
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at++;
  }
}

/** The place after the string whose quote stands at `at`. Throws `NotJson`. */
export function afterString(bytes: Uint8Array, at: number): number {
  for (let place = at + 1; place < bytes.length; place++) {
    const code = bytes[place] ?? 0;
    if (code === byte.quote) return place + 1;
    if (code < 0x20) throw new NotJson('A control character stands in a string', place);
    if (code === byte.backslash) place = endOfEscape(bytes, place);
  }
  throw new NotJson('A string has no end', at);
}

const shortEscapes: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));

/** The last byte of the escape whose backslash stands at `at`. */
function endOfEscape(bytes: Uint8Array, at: number): number {
  const code = bytes[at + 1] ?? 0;
  if (shortEscapes.has(code)) return at + 1;
  if (code === 0x75 && hexUnit(bytes, at) !== undefined) return at + 5;
  throw new NotJson('A string holds no escape of JSON', at);
}

/** The UTF-16 unit that `\uXXXX` at `at` stands for; undefined where there is no such escape. */
export function hexUnit(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at] !== byte.backslash || bytes[at + 1] !== 0x75) return undefined;
  let unit = 0;
  for (let place = at + 2; place < at + 6; place++) {
    const digit = hexDigit(bytes[place] ?? 0);
    if (digit === -1) return undefined;
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(code: number): number {
  if (isDigit(code)) return code - byte.zero;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** The place after the number, or the word `true`, `false` or `null`, at `at`. Throws `NotJson`. */
export function afterScalar(bytes: Uint8Array, at: number): number {
  const code = bytes[at] ?? 0;
  if (code === byte.minus || isDigit(code)) return afterNumber(bytes, at);
  for (const word of words) {
    if (word.every((letter, offset) => bytes[at + offset] === letter)) return at + word.length;
  }
  throw new NotJson('A value is missing', at);
}

const words: readonly Uint8Array[] = ['true', 'false', 'null'].map((word) => Buffer.from(word));

function afterNumber(bytes: Uint8Array, at: number): number {
  let place = bytes[at] === byte.minus ? at + 1 : at;
  place = bytes[place] === byte.zero ? place + 1 : afterDigits(bytes, place);
  if (bytes[place] === byte.dot) place = afterDigits(bytes, place + 1);
  if (((bytes[place] ?? 0) | 0x20) !== 0x65) return place;
  const sign = bytes[place + 1];
  return afterDigits(bytes, sign === 0x2b || sign === byte.minus ? place + 2 : place + 1);
}

/** The place after one or more digits. */
function afterDigits(bytes: Uint8Array, at: number): number {
  let place = at;
  while (isDigit(bytes[place] ?? 0)) place++;
  if (place === at) throw new NotJson('A digit is missing', at);
  return place;
}

function isDigit(code: number): boolean {
  return code >= byte.zero && code <= byte.nine;
}

/** Whether a number may be too large for JavaScript: by its digits and its exponent together. */
export function mayOverflow(bytes: Uint8Array, start: number, end: number): boolean {
  let exponent = 0;
  let isInExponent = false;
  for (let at = start; at < end; at++) {
    const code = bytes[at] ?? 0;
    if ((code | 0x20) === 0x65) isInExponent = true;
    else if (isInExponent && isDigit(code)) exponent = exponent * 10 + code - byte.zero;
  }
  return end - start + exponent > 300;
}

/** Whether the inside of a string, escapes read, is `word`, which is ASCII. */
export function isText(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  let at = start;
  for (const letter of word) {
    if (bytes[at] === letter) at++;
    else if (hexUnit(bytes, at) === letter) at += 6;
    else return false;
  }
  return at === end;
}
