import {
  exceededCap,
  type NameOpaque,
  nodesFor,
  NotJsonError,
  TooLongError,
  toStrictJson,
} from '@castellan/protocol/json';
import { utf8Length } from './bytes.ts';
import type { Settled } from './entry.ts';
import { messageOf, refusal } from './failures.ts';

export interface ValueOptions {
  readonly valueBytes: number;
  /** Writes a line to the run's log. */
  readonly warn: (text: string) => void;
  readonly nameOpaque: NameOpaque | undefined;
}

/**
 * JSON text of the value of a run. What the last expression happens to give is null, with a warning,
 * where it cannot be a value. Any other throws an error with the reason.
 */
export function valueJson({ value, isFinal }: Settled, options: ValueOptions): string {
  const { valueBytes, warn, nameOpaque } = options;
  try {
    // One UTF-16 unit is at least one byte, so a longer text cannot fit and need not be sent.
    const json = toStrictJson(value, 'value', { maxLength: valueBytes, nameOpaque });
    if (!isFinal) refuseLarge(json, valueBytes);
    return json;
  } catch (error) {
    const isTooLong = error instanceof TooLongError;
    if (!isFinal) {
      const why = isTooLong ? `it is larger than valueBytes (${valueBytes})` : messageOf(error);
      warn(`The last expression gives no value, and so the value is null: ${why}`);
      return 'null';
    }
    if (isTooLong) {
      const message = `The returned value is larger than valueBytes (${valueBytes})`;
      throw refusal('output_limit', message);
    }
    if (error instanceof NotJsonError) throw refusal('value_not_serializable', error.message);
    throw error;
  }
}

/** Throws for a value that the launcher would refuse, and with it the run. */
function refuseLarge(json: string, valueBytes: number): void {
  if (json.length * 3 > valueBytes && utf8Length(json) > valueBytes) throw new TooLongError();
  const nodes = nodesFor(json.length);
  if (json.length > nodes && exceededCap(json, { depth: Infinity, nodes }) !== null)
    throw new RangeError(`it holds more than ${nodes} values and keys`);
}
