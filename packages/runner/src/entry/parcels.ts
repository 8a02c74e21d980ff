import { NotJsonError, packed, type Parcel, type Part, unpacked } from '@castellan/protocol/json';
import { caps } from '@castellan/protocol/frames';
import { bytesOf } from './bytes.ts';
import { codedError } from './failures.ts';

const { parse } = JSON;
const noBytes = new Uint8Array(0);
const TypeErrorOf = TypeError;

/**
 * The arguments of a call, with the bytes and functions in them. Throws a `RangeError` for more than may
 * be sent.
 */
export function packArguments(path: string, args: unknown[], idOf: (fn: object) => number): Parcel {
  const take = (value: object): Part | undefined =>
    typeof value === 'function' ? idOf(value) : bytesOf(value);
  let parcel: Parcel;
  try {
    parcel = packed(args, `${path}(): arguments`, take);
  } catch (error) {
    // Made here, the stack reaches the script's call, which may lie far above the part that is none.
    throw error instanceof NotJsonError ? codedError(null, error.message, TypeErrorOf) : error;
  }
  const { length } = parcel.text;
  if (length <= caps.helperArgs) return parcel;
  throw new RangeError(
    `${path}(): the arguments are ${length} characters long, ${caps.helperArgs} are allowed`,
  );
}

/** What a function returned to a helper. */
export function packResult(value: unknown): Parcel {
  if (value === undefined) return { text: '', bytes: null };
  return packed(value, 'the result of the function', bytesOf);
}

/** The value of an answer. */
export function unpackAnswer(
  json: string,
  isParcel: boolean,
  bytes: Uint8Array = noBytes,
): unknown {
  if (json === '') return undefined;
  const value: unknown = parse(json);
  return isParcel ? unpacked(value, bytes, () => undefined) : value;
}
