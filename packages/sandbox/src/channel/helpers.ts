import {
  bad,
  caps,
  decodeText,
  field,
  type Fields,
  orNullField,
  textField,
  wholeField,
} from '@castellan/protocol/frames';
import { mostParcelBytes } from '@castellan/protocol/json';

/** The arguments of a helper: JSON text, or the text of a parcel with the bytes of its parts. */
export interface HelperArguments {
  readonly args: string;
  readonly parts: Uint8Array | null;
}

/** What a function of the script returned or threw. */
export interface ReturnedMessage {
  readonly call: number;
  readonly ok: boolean;
  /** JSON text or the text of a parcel; empty for undefined. */
  readonly text: string;
  readonly parts: Uint8Array | null;
  readonly error: { readonly name: string; readonly message: string };
}

/** Validates the arguments of a helper: of a parcel, the first `text` bytes are its text. Throws `FrameError`. */
export function readArguments(fields: Fields, bytes: Uint8Array): HelperArguments {
  const text = orNullField(fields, 'text', (key) => wholeField(fields, key));
  if (text !== null && (text > bytes.length || bytes.length - text > mostParcelBytes)) {
    throw bad('text');
  }
  const args = decodeText(text === null ? bytes : bytes.subarray(0, text));
  if (args.length > caps.helperArgs) throw bad('arguments');
  return { args, parts: text === null ? null : bytes.subarray(text) };
}

/** Validates what a function of the script returned. Throws `FrameError`. */
export function readReturned(fields: Fields, bytes: Uint8Array): ReturnedMessage {
  const call = wholeField(fields, 'call');
  const { args, parts } = readArguments(fields, bytes);
  const ok = field(fields, 'ok');
  if (typeof ok !== 'boolean') throw bad('ok');
  const name = ok ? '' : textField(fields, 'name', caps.errorName);
  const message = ok ? '' : textField(fields, 'message', caps.errorMessage);
  return { call, ok, text: args, parts, error: { name, message } };
}
