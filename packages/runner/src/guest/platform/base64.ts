import { convertedText, largeLength, type TextFunction } from './conversion.ts';
import { DOMException } from './dom-exception.ts';
import { bytesLibrary, convert } from './lazy.ts';

/** HTML's `btoa`: the base64 of a string of code units up to 255; else `InvalidCharacterError`. */
export function btoa(data: unknown): string {
  requireArgument('btoa', arguments.length);
  const text = `${data as string}`;
  const known = large(text, 'btoa');
  if (known !== undefined) return known;
  if (/[^\x00-\xff]/.test(text)) {
    throw new DOMException('Invalid character', 'InvalidCharacterError');
  }
  return bytesLibrary().toBase64(bytesLibrary().isomorphicEncode(text));
}

/**
 * HTML's `atob`: ASCII white space and missing padding are forgiven, anything else that is not
 * base64 is an `InvalidCharacterError`.
 */
export function atob(data: unknown): string {
  requireArgument('atob', arguments.length);
  const given = `${data as string}`;
  const known = large(given, 'atob');
  if (known !== undefined) return known;
  let text = given.replace(/[\t\n\f\r ]+/g, '');
  if (text.length % 4 === 0) text = text.replace(/={1,2}$/, '');
  const rest = text.length % 4;
  if (/[^A-Za-z0-9+/]/.test(text)) {
    throw new DOMException('Invalid character', 'InvalidCharacterError');
  }
  if (rest === 1) {
    throw new DOMException(
      'The string to be decoded is not correctly encoded.',
      'InvalidCharacterError',
    );
  }
  // The standard ignores the bits left over in the last character; the library would refuse them,
  // so the group is filled up with zero bits and the surplus bytes are dropped.
  const missing = rest === 0 ? 0 : 4 - rest;
  const bytes = bytesLibrary().fromBase64(text + 'A'.repeat(missing));
  return bytesLibrary().isomorphicDecode(bytes.subarray(0, bytes.length - missing));
}

/** By the runner; what it does not take is left to the rules below. */
function large(text: string, how: TextFunction): string | undefined {
  return text.length < largeLength ? undefined : convertedText(convert, text, how);
}

function requireArgument(name: string, count: number): void {
  if (count === 0) throw new TypeError(`${name}: 1 argument required, but only 0 present.`);
}
