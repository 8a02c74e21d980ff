/** The encodings of Node's Buffer. */
export const encodings = ['utf8', 'latin1', 'utf16le', 'base64', 'base64url', 'hex'] as const;
export type Encoding = (typeof encodings)[number];

/** Functions of text that HTML defines; null where they throw. */
export const textFunctions = ['atob', 'btoa'] as const;
export type TextFunction = (typeof textFunctions)[number];

/** Node's conversions: no errors for what is malformed, which is left out or replaced as Buffer does it. */
export interface Conversion {
  encode(text: string, encoding: Encoding): Uint8Array<ArrayBuffer>;
  decode(bytes: Uint8Array, encoding: Encoding): string;
}

export type Convert = (data: string | Uint8Array, encoding: Encoding | TextFunction) => unknown;

/** Units of text, or bytes, from which on the runner converts: below, JavaScript takes less time than the call. */
export const largeLength = 2_048;

/**
 * Bytes or units of text that cross at a time: a copy of each is made on the way, there and back. A
 * multiple of 12, so that no group of base64 and no unit of UTF-16 is cut.
 */
const portion = 12 * 2 ** 15;

export function conversionBy(convert: Convert): Conversion {
  const encodeOnce = (text: string, encoding: Encoding): Uint8Array<ArrayBuffer> =>
    convert(text, encoding) as Uint8Array<ArrayBuffer>;
  return {
    encode(text, encoding) {
      // Of the others Node has to see the whole: what it leaves out moves all that comes after.
      const isCut = encoding === 'utf8' || encoding === 'latin1' || encoding === 'utf16le';
      if (text.length <= portion || !isCut) return encodeOnce(text, encoding);
      const parts: Uint8Array[] = [];
      for (let at = 0; at < text.length;) {
        const end = textEnd(text, at + portion);
        parts.push(encodeOnce(text.slice(at, end), encoding));
        at = end;
      }
      return joined(parts);
    },
    decode(bytes, encoding) {
      if (bytes.length <= portion) return convert(alone(bytes), encoding) as string;
      // What crosses is copied at once, so that all of it takes one memory.
      const room = new Uint8Array(portion);
      let text = '';
      for (let at = 0; at < bytes.length;) {
        const end = bytesEnd(bytes, at + portion, encoding);
        room.set(bytes.subarray(at, end));
        const part = end - at === portion ? room : copied(room.subarray(0, end - at));
        text += convert(part, encoding) as string;
        at = end;
      }
      return text;
    },
  };
}

/**
 * `atob` or `btoa` of a large text. Undefined where it is not base64, or not plainly so: with white space in it, its groups may be cut
 * anywhere.
 */
export function convertedText(
  convert: Convert,
  text: string,
  how: TextFunction,
): string | undefined {
  const [read, written] = how === 'atob' ? [4, 3] : [3, 4];
  let made = '';
  for (let at = 0; at < text.length; at += portion) {
    const part = text.slice(at, at + portion);
    const result = convert(part, how) as string | null;
    const isLast = at + portion >= text.length;
    if (result === null || (!isLast && result.length !== (portion / read) * written)) {
      return undefined;
    }
    made += result;
  }
  return made;
}

/** A text in parts that cross one at a time; no character is cut. */
export function* textPortions(text: string, most: number): Generator<string> {
  for (let at = 0; at < text.length;) {
    const end = textEnd(text, at + most);
    yield text.slice(at, end);
    at = end;
  }
}

/** A place near `end` that is between two characters. */
function textEnd(text: string, end: number): number {
  if (end >= text.length) return text.length;
  const isLead = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
  return isLead ? end - 1 : end;
}

/** A place near `end` that is between two characters; malformed UTF-8 may be cut anywhere. */
function bytesEnd(bytes: Uint8Array, end: number, encoding: Encoding): number {
  if (end >= bytes.length) return bytes.length;
  if (encoding !== 'utf8') return end;
  let at = end;
  while (end - at < 3 && (bytes[at]! & 0xc0) === 0x80) at--;
  return (bytes[at]! & 0xc0) === 0x80 ? end : at;
}

/** Bytes with nothing around them: the whole buffer of a view crosses. */
function alone(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : copied(bytes);
}

/** Not by `slice()`, which makes a Buffer of a Buffer, and a view of its memory. */
function copied(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
