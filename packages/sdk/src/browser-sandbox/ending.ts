import { type Json, type Reason, reasons, type RunError } from '@castellan/protocol';
import type { ResultMessage } from '@castellan/protocol/frames';
import { exceededCap, nodesFor } from '@castellan/protocol/json';
import { TooLong } from './inbound.ts';
import { moreLogsThan } from './journal.ts';
import type { BrowserLimits } from './limits.ts';

/** How a run ended; without a reason it succeeded. */
export interface Ending {
  readonly reason: Reason | null;
  readonly value: Json;
  readonly error: RunError | null;
}

/** An ending whose message does not come from the script. */
export function endingBy(reason: Reason, message: string): Ending {
  const name = reasons[reason].status === 'timed_out' ? 'TimeoutError' : 'Error';
  const nowhere = { file: null, line: null, column: null };
  const error = { name, message, stack: `${name}: ${message}`, ...nowhere };
  return { reason, value: null, error };
}

/** The ending from the result that the worker told; `json` is the value. */
export function endingOf(result: ResultMessage, json: string, limits: BrowserLimits): Ending {
  if (!result.ok) return { reason: result.reason, value: null, error: result.error };
  const { valueBytes } = limits;
  if (new TextEncoder().encode(json).length > valueBytes) {
    return endingBy('output_limit', `The returned value is larger than ${valueBytes} bytes`);
  }
  const nodes = nodesFor(json.length);
  if (exceededCap(json, { depth: Infinity, nodes }) !== null) {
    return endingBy('output_limit', `The returned value holds more than ${nodes} values and keys`);
  }
  try {
    return { reason: null, value: JSON.parse(json) as Json, error: null };
  } catch {
    return endingBy('policy_violation', 'The worker broke the protocol: the value is no JSON');
  }
}

/** The ending of a run whose worker posted what no honest one posts. */
export function endingByFault(error: unknown, { outputBytes, valueBytes }: BrowserLimits): Ending {
  if (error instanceof TooLong) {
    const message =
      error.of === 'logs'
        ? moreLogsThan(outputBytes)
        : `The returned value is larger than ${valueBytes} bytes`;
    return endingBy('output_limit', message);
  }
  const why = error instanceof Error ? error.message : 'it posted what cannot be read';
  return endingBy('policy_violation', `The worker broke the protocol: ${why}`);
}
