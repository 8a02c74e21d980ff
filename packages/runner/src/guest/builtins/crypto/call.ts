/** How the parts of `node:crypto` call Node's own, and what comes back as keys and certificates. */
import { callerOf, type CallNative, type Special } from '../../native/caller.ts';
import buffer from '../buffer.ts';
import { encodingNamed } from '../node/buffer-text.ts';
import { wrongType } from '../node/errors.ts';
import { plainKinds } from '../native-kinds.ts';

export type Bytes = Uint8Array<ArrayBuffer>;
export type Buffer = InstanceType<typeof buffer.Buffer>;
export type Output = Buffer | string;

/** Classes of other modules, which need `call` themselves. */
interface Class {
  special(value: object): Special | undefined;
  made(special: Special): object | undefined;
}

const classes: Class[] = [];

/** Names a class whose objects cross as bytes; its module does it as it loads. */
export const register = (one: Class): void => void classes.push(one);

const first = <T>(find: (one: Class) => T | undefined): T | undefined => {
  for (const one of classes) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
};

export const call: CallNative = callerOf(castellan.native, {
  ...plainKinds,
  special: (value) => first((one) => one.special(value)),
  made: (special) => first((one) => one.made(special))!,
});

export const callFunction = (name: string, ...values: unknown[]): unknown =>
  call('function', [name, ...values]);

export const dataKinds = ['string', 'Buffer', 'TypedArray', 'DataView'] as const;

export const isData = (value: unknown): value is string | ArrayBufferView<ArrayBuffer> =>
  typeof value === 'string' || ArrayBuffer.isView(value);

/** Of a text the units. */
export const bytesLength = (data: string | ArrayBufferView): number =>
  typeof data === 'string' ? data.length : data.byteLength;

export function viewed({
  buffer: memory,
  byteOffset,
  byteLength,
}: ArrayBufferView<ArrayBuffer>): Bytes {
  return new Uint8Array(memory, byteOffset, byteLength);
}

/** The bytes of a string or a view. Throws `ERR_INVALID_ARG_TYPE`, as Node does. */
export function bytesOf(data: unknown, name = 'data', encoding?: unknown): Bytes {
  if (!isData(data)) throw wrongType(name, dataKinds, data);
  if (typeof data !== 'string') return viewed(data);
  return buffer.Buffer.from(data, encodingNamed(encoding) ?? 'utf8');
}
