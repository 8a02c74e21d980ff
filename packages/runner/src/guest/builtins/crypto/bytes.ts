import buffer from '../buffer.ts';
import { wrongType } from '../errors.ts';

export type Bytes = Uint8Array<ArrayBuffer>;
export type Data = string | ArrayBuffer | ArrayBufferView<ArrayBuffer>;
export type Output = InstanceType<typeof buffer.Buffer> | string;

/** The bytes of a string or a view. Throws `ERR_INVALID_ARG_TYPE`, as Node does. */
export function bytesOf(data: unknown, name = 'data', encoding: string = 'utf8'): Bytes {
  if (typeof data === 'string') {
    return buffer.Buffer.from(data, encoding === 'buffer' ? 'utf8' : (encoding as BufferEncoding));
  }
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data))
    return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  throw wrongType(name, 'of type string or an instance of Buffer, TypedArray, or DataView', data);
}

/** A Buffer, or its text in an encoding. */
export function output(bytes: Uint8Array, encoding?: string): Output {
  const result = buffer.Buffer.from(
    bytes.buffer as ArrayBuffer,
    bytes.byteOffset,
    bytes.byteLength,
  );
  return encoding === undefined || encoding === 'buffer'
    ? result
    : result.toString(encoding as BufferEncoding);
}
