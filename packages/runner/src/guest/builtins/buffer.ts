/** `buffer`: the library, and what Node has added since. */
import { Buffer, INSPECT_MAX_BYTES, kMaxLength, SlowBuffer } from 'buffer/';
import {
  type BufferEncoding,
  byteLength,
  type Bytes,
  decode,
  encode,
  encodeUpTo,
  encodingNamed,
  encodingOf,
} from './buffer-text.ts';
import { outOfRange, wrongType } from './errors.ts';

/** The library's functions take any arguments and check them themselves. */
type Loose = (this: unknown, ...values: unknown[]) => unknown;

const { from: fromValue, byteLength: lengthOfValue } = Buffer as unknown as Record<string, Loose>;

const prototype = Buffer.prototype as object;
const asBuffer = (bytes: Bytes): Buffer => Object.setPrototypeOf(bytes, prototype) as Buffer;

const functions = {
  from(value: unknown, encodingOrOffset?: unknown, length?: unknown): unknown {
    if (typeof value !== 'string') {
      return Reflect.apply(fromValue!, Buffer, [value, encodingOrOffset, length]);
    }
    const name = typeof encodingOrOffset === 'string' ? encodingOrOffset : undefined;
    return asBuffer(encode(value, encodingOf(name)));
  },
  byteLength(value: unknown, encoding?: unknown): unknown {
    if (typeof value !== 'string') return Reflect.apply(lengthOfValue!, Buffer, [value]);
    return byteLength(value, encodingNamed(encoding) ?? 'utf8');
  },
  isEncoding: (encoding: unknown): boolean => encodingNamed(encoding) !== undefined,
  copyBytesFrom(view: unknown, offset = 0, length?: number): Buffer {
    if (!ArrayBuffer.isView(view) || view instanceof DataView) {
      throw wrongType('view', 'TypedArray', view);
    }
    const part = (view as Bytes).subarray(
      offset,
      length === undefined ? undefined : offset + length,
    );
    return Buffer.from(part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength));
  },
};

/** A place in a buffer, as Node reads it from an argument. */
const place = (given: unknown, otherwise: number, most: number): number =>
  given === undefined ? otherwise : Math.min(Math.max(Math.trunc(given as number) || 0, 0), most);

function textOf(bytes: Bytes, encoding: BufferEncoding, start?: unknown, end?: unknown): string {
  const { length } = bytes;
  return decode(bytes.subarray(place(start, 0, length), place(end, length, length)), encoding);
}

function write(this: Bytes, text: unknown, ...rest: unknown[]): number {
  if (typeof text !== 'string') throw wrongType('string', 'string', text);
  // write(text, encoding), write(text, offset, encoding) and write(text, offset, length, encoding).
  const at = rest.findIndex((value) => typeof value === 'string');
  const encoding = encodingOf(at === -1 ? undefined : rest[at]);
  const [offset, length] = at === -1 ? rest : rest.slice(0, at);
  const from = placeIn('offset', offset, 0, this.length);
  const room = placeIn('length', length, this.length - from, this.length);
  const bytes = encodeUpTo(text, encoding, Math.min(room, this.length - from));
  this.set(bytes, from);
  return bytes.length;
}

/** Throws `ERR_OUT_OF_RANGE` for a place outside of the buffer. */
function placeIn(name: string, given: unknown, otherwise: number, most: number): number {
  if (given === undefined) return otherwise;
  if (typeof given !== 'number') throw wrongType(name, 'number', given);
  if (!Number.isInteger(given)) throw outOfRange(name, 'an integer', given);
  if (given < 0 || given > most) throw outOfRange(name, `>= 0 && <= ${most}`, given);
  return given;
}

function toText(this: Bytes, encoding?: unknown, start?: unknown, end?: unknown): string {
  return textOf(this, encodingOf(encoding), start, end);
}

/** What Node has beside `toString` and `write`, for one encoding each; some packages call them. */
const ofEncodings = Object.fromEntries<object>(
  (['ascii', 'base64', 'base64url', 'hex', 'latin1', 'ucs2', 'utf8'] as const).flatMap((name) => [
    [
      `${name}Slice`,
      function (this: Bytes, start?: unknown, end?: unknown): string {
        return textOf(this, encodingOf(name), start, end);
      },
    ],
    [
      `${name}Write`,
      function (this: Bytes, text: unknown, offset?: unknown, length?: unknown): number {
        return Reflect.apply(write, this, [text, offset, length, name]);
      },
    ],
  ]),
);
const methods: Record<string, object> = {
  toString: toText,
  toLocaleString: toText,
  write,
  ...ofEncodings,
};

for (const [holder, members] of [
  [Buffer, functions],
  [prototype, methods],
] as const) {
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(value, 'name', { value: name });
    Object.defineProperty(holder, name, { value, writable: true, configurable: true });
  }
}

const bytesOf = (input: ArrayBuffer | Bytes): Bytes =>
  input instanceof ArrayBuffer
    ? new Uint8Array(input)
    : new Uint8Array(input.buffer, input.byteOffset, input.byteLength);

const lazily = (name: string): PropertyDescriptor => ({
  get: (): unknown => Reflect.get(globalThis, name),
  enumerable: true,
  configurable: true,
});

const exported = {
  Buffer,
  SlowBuffer,
  INSPECT_MAX_BYTES,
  kMaxLength,
  kStringMaxLength: 2 ** 29 - 24,
  constants: { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: 2 ** 29 - 24 },
  atob,
  btoa,
  isAscii: (input: ArrayBuffer | Bytes): boolean => bytesOf(input).every((byte) => byte < 0x80),
  isUtf8(input: ArrayBuffer | Bytes): boolean {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(input));
      return true;
    } catch {
      return false;
    }
  },
  transcode: (source: Bytes, from: BufferEncoding, to: BufferEncoding): Buffer =>
    Buffer.from(Buffer.from(source).toString(from), to),
};

export default Object.defineProperties(exported, { Blob: lazily('Blob'), File: lazily('File') });
