import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { jsonUnits } from '@castellan/protocol/json';
import { bytesOf, type Piece } from './piece.ts';

/**
 * A command without its long texts: scripts, pages and bodies of megabytes are neither decoded nor
 * parsed, since nothing about them is decided. In their place stand marks.
 */
export interface Excerpt {
  /** JSON text as far as the command is. */
  readonly text: string;
  /** Bytes of the whole command. */
  readonly length: number;
  /** Puts the long texts back into JSON text that was made of `text`. */
  whole(json: string): readonly Piece[];
  /** Puts them back into a value; `undefined` when they are longer than a value that is judged may be. */
  judged(value: unknown): unknown;
}

/** Bytes of a command that is read as it is. */
export const shortCommand = 64 * 1_024;

/** Bytes of a text that is left out. */
const longText = 256;

/** Bytes that are left of a command, which are parsed. */
const mostKept = 4 * 2 ** 20;

/**
 * Reads a command of a script. Hostile: what is left out has been found to be the inside of a JSON
 * string, so that Chromium sees it end where this does. `undefined` for what is no UTF-8 or no JSON,
 * or has too much besides its long texts.
 */
export function excerptOf(bytes: Uint8Array): Excerpt | undefined {
  if (!isUtf8(bytes)) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length <= shortCommand) return excerpt(buffer.toString(), bytes.length, '', []);
  // New each time: a command that held a mark of its own would be written with the text many times.
  const mark = randomUUID();
  const texts: Uint8Array[] = [];
  let text = '';
  let kept = 0;
  for (let at = buffer.indexOf(jsonUnits.quote); at !== -1;) {
    const end = endOfText(buffer, at + 1);
    if (end === -1) return undefined;
    if (end - at > longText && !isName(buffer, end + 1)) {
      text += `${buffer.toString('utf8', kept, at + 1)}${mark}:${texts.length}`;
      texts.push(buffer.subarray(at + 1, end));
      kept = end;
    }
    if (text.length + end - kept > mostKept) return undefined;
    at = buffer.indexOf(jsonUnits.quote, end + 1);
  }
  if (text.length + buffer.length - kept > mostKept) return undefined;
  return excerpt(text + buffer.toString('utf8', kept), bytes.length, mark, texts);
}

function excerpt(
  text: string,
  length: number,
  mark: string,
  texts: readonly Uint8Array[],
): Excerpt {
  const whole = (json: string): Piece[] => {
    const pieces: Piece[] = [];
    let at = 0;
    if (texts.length > 0) {
      for (const { index, 0: found, 1: number } of json.matchAll(
        new RegExp(`${mark}:(\\d+)`, 'g'),
      )) {
        pieces.push(json.slice(at, index), texts[Number(number)] as Uint8Array);
        at = index + found.length;
      }
    }
    pieces.push(json.slice(at));
    return pieces;
  };
  const judged = (value: unknown): unknown => {
    if (texts.length === 0) return value;
    const all = Buffer.concat(whole(JSON.stringify(value)).map(bytesOf));
    return all.length > shortCommand ? undefined : JSON.parse(all.toString());
  };
  return { text, length, whole, judged };
}

/** What each byte is inside of a JSON string: nothing special, its end, an escape, or forbidden. */
const roles = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x20 ? 3 : 0));
roles[jsonUnits.quote] = 1;
roles[jsonUnits.backslash] = 2;

/** How many hexadecimal digits follow an escape with that letter; -1 where there is no such escape. */
const digits = new Int8Array(256).fill(-1);
for (const letter of Buffer.from('"\\/bfnrt')) digits[letter] = 0;
digits[0x75] = 4;

const isHex = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[\da-f]/i.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** The place of the quote that ends a text which begins at `start`; -1 for none, or for what JSON forbids. */
function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start; at < bytes.length; at++) {
    const role = roles[bytes[at] as number];
    if (role === 0) continue;
    if (role === 1) return at;
    if (role === 3) return -1;
    at += 1;
    let more = digits[bytes[at] ?? 0] as number;
    if (more === -1) return -1;
    for (; more > 0; more--) if (isHex[bytes[++at] ?? 0] === 0) return -1;
  }
  return -1;
}

/** Whether a colon follows. */
function isName(bytes: Buffer, end: number): boolean {
  let at = end;
  while (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0a || bytes[at] === 0x0d) at++;
  return bytes[at] === jsonUnits.colon;
}
