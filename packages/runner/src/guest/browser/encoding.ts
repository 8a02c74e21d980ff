/** Replaces Puppeteer's `util/encoding.js`: base64 by the guest's faster library. */
import { PlainBuffer } from './buffer.ts';
import { scope } from './scope.ts';

export function stringToTypedArray(text: string, isBase64 = false): Uint8Array {
  if (!isBase64) return new TextEncoder().encode(text);
  return asBuffer((scope['fromBase64'] as (text: string) => Uint8Array<ArrayBuffer>)(text));
}

/** The same bytes as Puppeteer gives them in Node, where they are a Buffer: scripts call `toString('base64')`. */
function asBuffer({ buffer, byteOffset, length }: Uint8Array<ArrayBuffer>): Uint8Array {
  const { Buffer } = scope as { Buffer: typeof PlainBuffer | typeof globalThis.Buffer };
  return Buffer === PlainBuffer
    ? new PlainBuffer(buffer, byteOffset, length)
    : (Buffer as typeof globalThis.Buffer).from(buffer, byteOffset, length);
}

export function stringToBase64(text: string): string {
  return typedArrayToBase64(new TextEncoder().encode(text));
}

export function typedArrayToBase64(bytes: Uint8Array): string {
  return (scope['toBase64'] as (bytes: Uint8Array) => string)(bytes);
}

export function mergeUint8Arrays(items: readonly Uint8Array[]): Uint8Array {
  const merged = new Uint8Array(items.reduce((sum, item) => sum + item.length, 0));
  let at = 0;
  for (const item of items) {
    merged.set(item, at);
    at += item.length;
  }
  return merged;
}
