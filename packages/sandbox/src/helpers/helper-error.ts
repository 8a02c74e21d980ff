import { CastellanError, type Json } from '@castellan/protocol';
import { toStrictJson } from '@castellan/protocol/json';
import { shown } from '@castellan/protocol/kinds';

/** What else a `HelperError` tells the script. */
export interface HelperErrorDetails {
  /** The `name` of the error in the script; `HelperError` by default. */
  readonly name?: string;
  /** Its `code`: letters, digits and `_`, at most 64; `helper_failed` by default. */
  readonly code?: string;
  /** Further properties of the error in the script: JSON values. */
  readonly fields?: Readonly<Record<string, Json>>;
}

/**
 * An error that a helper throws for the script to see: name, message, code and `fields` cross. Of any
 * other error its name, message and code do. Throws `invalid_option` for details that cannot cross.
 */
export class HelperError extends Error {
  /** The code, for programs. */
  readonly code: string;
  /** What crosses besides: JSON text. */
  readonly fieldsJson: string;

  constructor(message: string, details: HelperErrorDetails = {}) {
    super(message);
    const { name = 'HelperError', code = 'helper_failed', fields = {} } = details;
    if (!/^\w{1,64}$/.test(code)) {
      throw new CastellanError(
        'invalid_option',
        `code of a HelperError must be letters, digits and _, not ${shown(code)}.`,
        { option: 'code', value: code },
      );
    }
    this.name = name;
    this.code = code;
    this.fieldsJson = toStrictJson(fields, 'fields');
  }
}
