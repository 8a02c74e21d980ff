import type { Kinds } from '../native/caller.ts';
import type { NativeFailure } from '../native/wire.ts';
import buffer from './buffer.ts';
import { nodeError } from './node/errors.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const types = { Error, TypeError, RangeError, SyntaxError } as const;

/** The error that Node has thrown, as it would be here. */
function failed({ type, message, members }: NativeFailure): Error {
  const { code } = members;
  const ctor = types[type];
  const isNodes =
    typeof code === 'string' && code.startsWith('ERR_') && !code.startsWith('ERR_OSSL');
  const error = isNodes ? nodeError(ctor, code, message) : new ctor(message);
  return Object.assign(error, members);
}

/** The kinds of who deals with no keys. */
export const plainKinds: Kinds = {
  buffer: (bytes: Bytes): object =>
    buffer.Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  special: () => undefined,
  made: () => {
    throw new Error('There are no keys here');
  },
  failed,
};
