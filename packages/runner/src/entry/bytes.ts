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

const Bytes = Uint8Array;
const setBytes = uncurry(Uint8Array.prototype.set) as (self: Uint8Array, from: Uint8Array) => void;
const bufferLength = getterOf<number>(ArrayBuffer.prototype, 'byteLength');
const viewLength = getterOf<number>(DataView.prototype, 'byteLength');
const viewOffset = getterOf<number>(DataView.prototype, 'byteOffset');
const viewBuffer = getterOf<ArrayBuffer>(DataView.prototype, 'buffer');

/** A copy of exactly the bytes of a view or buffer, without the pool around them; text stays text. */
export function contentOf(data: unknown): Uint8Array | string {
  if (typeof data === 'string') return data;
  const bytes = bytesOf(data);
  if (bytes !== undefined) return bytes;
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
    return kind === undefined
      ? copy(viewBuffer(data), viewOffset(data), viewLength(data))
      : copy(typedArrayBuffer(data), typedArrayByteOffset(data), typedArrayByteLength(data));
  }
  const length = lengthOfBuffer(data);
  return length === undefined ? undefined : copy(data as ArrayBuffer, 0, length);
}

function copy(buffer: ArrayBuffer, offset: number, length: number): Uint8Array {
  const bytes = construct(Bytes, [length]) as Uint8Array;
  apply(setBytes, undefined, [bytes, construct(Bytes, [buffer, offset, length]) as Uint8Array]);
  return bytes;
}

function lengthOfBuffer(data: unknown): number | undefined {
  try {
    return bufferLength(data);
  } catch {
    return undefined;
  }
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
