/** `buffer`: the library, and what Node has added since. */
import { Buffer, INSPECT_MAX_BYTES, kMaxLength, SlowBuffer } from 'buffer/';
import { wrongType } from './errors.ts';

type Bytes = Uint8Array<ArrayBuffer>;
/** The library's methods take any arguments and check them themselves. */
type Loose = (this: unknown, ...values: unknown[]) => unknown;

const isUrlVariant = (encoding: unknown): boolean =>
  typeof encoding === 'string' && encoding.toLowerCase() === 'base64url';
const plain = (value: unknown): unknown => (isUrlVariant(value) ? 'base64' : value);

/** Lets a method that decodes text take `base64url`: its `base64` decoder reads both. */
function takingUrlVariant(holder: object, name: string): void {
  const original = Reflect.get(holder, name) as Loose;
  const method = function (this: unknown, ...values: unknown[]): unknown {
    return Reflect.apply(
      original,
      this,
      values.map((value, index) => (index === 0 ? value : plain(value))),
    );
  };
  Object.defineProperty(method, 'name', { value: name });
  Object.defineProperty(holder, name, { value: method, writable: true, configurable: true });
}

for (const name of ['from', 'byteLength', 'alloc']) takingUrlVariant(Buffer, name);
const prototype = Buffer.prototype as Buffer;
for (const name of ['write', 'fill', 'indexOf', 'lastIndexOf', 'includes']) {
  takingUrlVariant(prototype, name);
}

const { isEncoding } = Buffer;
const toText = prototype.toString as unknown as Loose;
const additions = {
  isEncoding: (encoding: unknown): boolean =>
    isUrlVariant(encoding) || isEncoding(encoding as string),
  copyBytesFrom(view: unknown, offset = 0, length?: number): Buffer {
    if (!ArrayBuffer.isView(view) || view instanceof DataView) {
      throw wrongType('view', 'an instance of TypedArray', view);
    }
    const part = (view as Bytes).subarray(
      offset,
      length === undefined ? undefined : offset + length,
    );
    return Buffer.from(part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength));
  },
};
const methods = {
  toString(this: Buffer, encoding?: unknown, start?: number, end?: number): unknown {
    if (!isUrlVariant(encoding)) return Reflect.apply(toText, this, [encoding, start, end]);
    const text = Reflect.apply(toText, this, ['base64', start, end]) as string;
    return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  },
};
for (const [name, value] of Object.entries(additions)) {
  Object.defineProperty(Buffer, name, { value, writable: true, configurable: true });
}
for (const name of ['toString', 'toLocaleString']) {
  const value = methods.toString;
  Object.defineProperty(Buffer.prototype, name, { value, writable: true, configurable: true });
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
