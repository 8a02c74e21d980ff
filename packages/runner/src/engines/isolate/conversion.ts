import { atob, btoa, Buffer } from 'node:buffer';
import { type Encoding, encodings, textFunctions } from '../../guest/platform/conversion.ts';

/**
 * Node's own conversions between text and bytes, for inputs that take long in JavaScript. What it
 * returns has a memory of its own, of exactly its length: Node's may hold more than the bytes asked for.
 */
export function convert(data: unknown, encoding: unknown): Uint8Array<ArrayBuffer> | string | null {
  const how = textFunctions.find((name) => name === encoding);
  if (how !== undefined) return inText(data, how === 'atob' ? atob : btoa);
  const known = encodings.find((name) => name === encoding);
  if (known === undefined) throw new TypeError('No such encoding');
  if (typeof data === 'string') return encoded(data, known);
  if (!(data instanceof Uint8Array)) throw new TypeError('Only text and bytes are converted');
  const bytes = known === 'utf16le' ? evenCopy(data) : data;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(known);
}

function inText(text: unknown, convertText: (text: string) => string): string | null {
  if (typeof text !== 'string') throw new TypeError('Only text is converted to text');
  try {
    return convertText(text);
  } catch {
    return null;
  }
}

/** Node writes one byte past its own memory for an odd number of bytes that begin at an odd address. */
function evenCopy(bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, bytes.length - (bytes.length % 2));
}

function encoded(text: string, encoding: Encoding): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(text, encoding);
  const isAlone = bytes.byteLength === bytes.buffer.byteLength;
  return isAlone ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
}
