import {
  isView,
  typedArrayBuffer,
  typedArrayByteLength,
  typedArrayByteOffset,
  typedArrayKind,
} from '../guest/platform/brands.ts';
import {
  apply,
  construct,
  getterOf,
  stringCharCodeAt,
  uncurry,
} from '../guest/platform/natives.ts';

const { getPrototypeOf } = Reflect;
const plain = Object.prototype;
const plainArray = Array.prototype;
const Bytes = Uint8Array;
const setBytes = uncurry(Uint8Array.prototype.set) as (self: Uint8Array, from: Uint8Array) => void;
const bufferLength = getterOf<number>(ArrayBuffer.prototype, 'byteLength');
const isResizable = getterOf<boolean>(ArrayBuffer.prototype, 'resizable');
const viewLength = getterOf<number>(DataView.prototype, 'byteLength');
const viewOffset = getterOf<number>(DataView.prototype, 'byteOffset');
const viewBuffer = getterOf<ArrayBuffer>(DataView.prototype, 'buffer');

/**
 * Exactly the bytes of a view or buffer, without the pool around them, for who copies them at once: bytes
 * that have a buffer of their own, of a fixed length, are no copy. Text stays text.
 */
export function contentOf(data: unknown): Uint8Array | string {
  if (typeof data === 'string') return data;
  if (isView(data) && typedArrayKind(data) === 'Uint8Array') {
    const buffer = typedArrayBuffer(data);
    const length = typedArrayByteLength(data);
    if (length && length === lengthOfBuffer(buffer) && !isResizable(buffer)) {
      return data as Uint8Array;
    }
  }
  const bytes = bytesOf(data);
  if (bytes) return bytes;
  throw new TypeError(
    `artifacts.write() takes a string, an ArrayBuffer or a typed array, not ${typeof data}`,
  );
}

/**
 * A copy of exactly the bytes of a view or buffer; undefined for anything else. Nothing that a script put
 * on the prototypes is called.
 */
export function bytesOf(data: unknown): Uint8Array | undefined {
  if (isView(data)) {
    const kind = typedArrayKind(data);
    return kind
      ? copy(typedArrayBuffer(data), typedArrayByteOffset(data), typedArrayByteLength(data))
      : copy(viewBuffer(data), viewOffset(data), viewLength(data));
  }
  const length = lengthOfBuffer(data);
  return length === undefined ? undefined : copy(data as ArrayBuffer, 0, length);
}

function copy(buffer: ArrayBuffer, offset: number, length: number): Uint8Array {
  const bytes = construct(Bytes, [length]) as Uint8Array;
  apply(setBytes, undefined, [bytes, construct(Bytes, [buffer, offset, length]) as Uint8Array]);
  return bytes;
}

/** Where the getter refuses, which takes longer than writing an object does, plain ones are not asked. */
function lengthOfBuffer(data: unknown): number | undefined {
  try {
    return isPlain(data) ? undefined : bufferLength(data);
  } catch {
    return undefined;
  }
}

function isPlain(data: unknown): boolean {
  if (typeof data !== 'object' || data === null) return true;
  const prototype = getPrototypeOf(data);
  return prototype === plain || prototype === plainArray || prototype === null;
}

/** Bytes of a text as UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = stringCharCodeAt(text, at);
    // Each half of a surrogate pair counts two bytes, so that the pair counts four.
    const isHalf = unit >= 0xd800 && unit <= 0xdfff;
    if (unit > 0x7f) bytes += unit > 0x7ff && !isHalf ? 2 : 1;
  }
  return bytes;
}
