/** Web IDL's BufferSource: an ArrayBuffer or a view of one. */
import { isArrayBuffer, isView } from './brands.ts';
import {
  typedArrayBuffer,
  typedArrayByteLength,
  typedArrayByteOffset,
  typedArrayKind,
} from './brands.ts';
import { bytesSlice, getterOf, uncurry } from './natives.ts';

const viewBuffer = getterOf<ArrayBuffer>(DataView.prototype, 'buffer');
const viewByteOffset = getterOf<number>(DataView.prototype, 'byteOffset');
const viewByteLength = getterOf<number>(DataView.prototype, 'byteLength');

export function isBufferSource(value: unknown): value is ArrayBuffer | ArrayBufferView {
  if (typeof value !== 'object' || value === null) return false;
  return isView(value) || isArrayBuffer(value);
}

/** The bytes themselves, not a copy. */
export function bytesIn(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (!isView(source)) return new Uint8Array(source);
  if (typedArrayKind(source) === undefined) {
    return new Uint8Array(viewBuffer(source), viewByteOffset(source), viewByteLength(source));
  }
  const length = typedArrayByteLength(source);
  return new Uint8Array(typedArrayBuffer(source), typedArrayByteOffset(source), length);
}

/** A copy of exactly these bytes, in a buffer of their size. */
export function copyOf(source: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  return bytesSlice(bytesIn(source));
}

/** Frees bytes that have a buffer of their own and that nobody needs any more; a collection may come late. */
export function discard({ buffer }: Uint8Array<ArrayBuffer>): void {
  transfer(buffer, 0);
}

const transfer = uncurry(ArrayBuffer.prototype.transfer);

/** One array of all parts, in a buffer of its size. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (let index = 0; index < parts.length; index++) length += typedArrayByteLength(parts[index]);
  const joined = new Uint8Array(length);
  let offset = 0;
  for (let index = 0; index < parts.length; index++) {
    joined.set(parts[index]!, offset);
    offset += typedArrayByteLength(parts[index]);
  }
  return joined;
}
