/** What Node's JavaScript of `buffer` has below it: text and bytes, searches and copies. */
import {
  byteLength,
  type BufferEncoding,
  type Bytes,
  decode,
  encode,
  encodeUpTo,
  encodingOf,
} from './buffer-text.ts';
import { nodeError } from './errors.ts';
import { compareBytes } from './compare.ts';
import { indexOf } from './search.ts';

type View = ArrayBufferView<ArrayBuffer>;

/** Node's numbers of encodings. */
export const encodingsMap = {
  ascii: 0,
  utf8: 1,
  base64: 2,
  utf16le: 3,
  latin1: 4,
  hex: 5,
  buffer: 6,
  base64url: 7,
} as const;
export const encodingOfNumber = (number: number): BufferEncoding =>
  Object.entries(encodingsMap).find(([, one]) => one === number)![0] as BufferEncoding;

/** Not the view itself: a Buffer's own methods may be a script's. */
const bytesOf = ({ buffer, byteOffset, byteLength: length }: View): Bytes =>
  new Uint8Array(buffer, byteOffset, length);

const slice =
  (encoding: BufferEncoding) =>
  (view: View, start = 0, end = view.byteLength): string =>
    decode(bytesOf(view).subarray(start, Math.max(start, end)), encoding);

const write =
  (encoding: BufferEncoding) =>
  (view: View, text: unknown, offset = 0, length = view.byteLength - offset): number => {
    if (typeof text !== 'string') {
      throw nodeError(TypeError, 'ERR_INVALID_ARG_TYPE', 'argument must be a string');
    }
    if (offset > view.byteLength) {
      throw nodeError(
        RangeError,
        'ERR_BUFFER_OUT_OF_BOUNDS',
        '"offset" is outside of buffer bounds',
      );
    }
    const room = Math.min(length, view.byteLength - offset);
    const bytes = encodeUpTo(text, encoding, room);
    bytesOf(view).set(bytes, offset);
    return bytes.length;
  };

function fill(view: View, value: unknown, start: number, end: number, encoding?: string): number {
  const bytes = bytesOf(view);
  if (start > end || end > bytes.length) return -2;
  const isText = typeof value === 'string';
  if (!isText && !ArrayBuffer.isView(value)) {
    bytes.fill(Number(value) & 255, start, end);
    return 0;
  }
  const pattern = isText ? encode(value, encodingOf(encoding)) : bytesOf(value as View);
  if (pattern.length === 0) return -1;
  bytes.set(pattern.subarray(0, end - start), start);
  // What is filled already is the pattern of the rest.
  for (let done = pattern.length; start + done < end; done *= 2) {
    bytes.copyWithin(start + done, start, Math.min(start + done, end - done));
  }
  return 0;
}

const swap =
  (size: number) =>
  (view: View): View => {
    const bytes = bytesOf(view);
    for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
    return view;
  };

const isUtf8 = (value: View | ArrayBuffer): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(
      ArrayBuffer.isView(value) ? bytesOf(value) : value,
    );
    return true;
  } catch {
    return false;
  }
};
const isAscii = (value: View | ArrayBuffer): boolean =>
  (ArrayBuffer.isView(value) ? bytesOf(value) : new Uint8Array(value)).every((byte) => byte < 128);

export const binding = {
  asciiSlice: slice('ascii'),
  base64Slice: slice('base64'),
  base64urlSlice: slice('base64url'),
  hexSlice: slice('hex'),
  latin1Slice: slice('latin1'),
  ucs2Slice: slice('utf16le'),
  utf8Slice: slice('utf8'),
  asciiWriteStatic: write('latin1'),
  base64Write: write('base64'),
  base64urlWrite: write('base64url'),
  hexWrite: write('hex'),
  latin1WriteStatic: write('latin1'),
  ucs2Write: write('utf16le'),
  utf8WriteStatic: write('utf8'),
  byteLengthUtf8: (text: string): number => byteLength(text, 'utf8'),
  compare: (a: View, b: View): number => compareBytes(bytesOf(a), bytesOf(b)),
  compareOffset: (
    a: View,
    b: View,
    start: number,
    ownStart: number,
    end: number,
    ownEnd: number,
  ): number => compareBytes(bytesOf(a).subarray(ownStart, ownEnd), bytesOf(b).subarray(start, end)),
  copy(source: View, target: View, at: number, start: number, length: number): void {
    bytesOf(target).set(bytesOf(source).subarray(start, start + length), at);
  },
  createUnsafeArrayBuffer: (size: number): ArrayBuffer => new ArrayBuffer(size),
  fill,
  indexOfBuffer: (
    view: View,
    value: View,
    offset: number,
    encoding: number,
    isForward: boolean,
    end: number,
  ): number =>
    indexOf(
      bytesOf(view),
      bytesOf(value),
      offset,
      isForward,
      end,
      encodingOfNumber(encoding) === 'utf16le' ? 2 : 1,
    ),
  indexOfNumber: (
    view: View,
    value: number,
    offset: number,
    isForward: boolean,
    end: number,
  ): number => indexOf(bytesOf(view), Uint8Array.of(value), offset, isForward, end, 1),
  indexOfString: (
    view: View,
    value: string,
    offset: number,
    encoding: number,
    isForward: boolean,
    end: number,
  ): number => {
    const name = encodingOfNumber(encoding);
    return indexOf(
      bytesOf(view),
      encode(value, name),
      offset,
      isForward,
      end,
      name === 'utf16le' ? 2 : 1,
    );
  },
  isAscii,
  isUtf8,
  kMaxLength: Number.MAX_SAFE_INTEGER,
  kStringMaxLength: 2 ** 29 - 24,
  setDetachKey: (): void => undefined,
  swap16: swap(2),
  swap32: swap(4),
  swap64: swap(8),
};
