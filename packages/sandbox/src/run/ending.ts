import { isLongLine, moreLogsThan } from './journal.ts';
import {
  engines,
  type Json,
  type Limits,
  type Reason,
  reasons,
  type RunError,
} from '@castellan/protocol';
import {
  type BrowserCallMessage,
  FrameTooLarge,
  frameTypes,
  type ResultMessage,
} from '@castellan/protocol/frames';
import { exceededCap, mostNames, nodesFor } from '@castellan/protocol/json';
import type { Job } from './job.ts';

/** How a run ended; without a reason it succeeded. */
export interface Ending {
  readonly reason: Reason | null;
  readonly value: Json;
  /** The value as the text that came, on one line; left out where it is null. */
  readonly valueJson?: string;
  readonly error: RunError | null;
  /** Node engine only: the exit code, 0 for success. */
  readonly exitCode: number | null;
  /** `wallMs` ended a script that had settled: a success, after which the process may be anywhere. */
  readonly isByWall?: boolean;
}

type Place = Pick<RunError, 'file' | 'line' | 'column'>;
const nowhere: Place = { file: null, line: null, column: null };

/**
 * The message of an ending, with the call to the browser that the script waited for when its time was up,
 * and the place of that. Both are what the box said: they explain, and decide nothing.
 */
export function waitingFor(
  reason: Reason,
  message: string,
  waiting: BrowserCallMessage | undefined,
): [message: string, at?: Place] {
  if (reason !== 'wall_timeout' || waiting === undefined || waiting.call === null) return [message];
  const { call, file, line, column } = waiting;
  return [`${message}, waiting for ${call}`, { file, line, column }];
}

/** An ending whose message does not come from the script. */
export function endingBy(reason: Reason, message: string, at: Place = nowhere): Ending {
  const name = reasons[reason].status === 'timed_out' ? 'TimeoutError' : 'Error';
  const frame =
    at.file === null || at.line === null ? '' : `\n    at ${at.file}:${at.line}:${at.column}`;
  const error = { name, message, stack: `${name}: ${message}${frame}`, ...at };
  return { reason, value: null, error, exitCode: null };
}

/**
 * The message about an internal error for the script's owner: its code, and nothing about this
 * machine.
 */
export function faultText(sentence: string, error: unknown): string {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === undefined ? sentence : `${sentence} (${code})`;
}

/** The ending from the result of a box; `json` is the value. */
export function endingOf(
  result: ResultMessage,
  json: string,
  { engine, limits: { valueBytes } }: Pick<Job, 'engine' | 'limits'>,
): Ending {
  if (!result.ok) {
    const { reason, error } = result;
    return { reason, value: null, error, exitCode: null };
  }
  if (Buffer.byteLength(json) > valueBytes) {
    return endingBy('output_limit', `The returned value is larger than ${valueBytes} bytes`);
  }
  // Its depth was counted as it came in.
  const nodes = nodesFor(json.length);
  const exceeded = exceededCap(json, { depth: Infinity, nodes });
  if (exceeded !== null) {
    const message =
      exceeded === 'names'
        ? `The returned value has more than ${mostNames} different keys; return a list of pairs instead`
        : `The returned value holds more than ${nodes} values and keys`;
    return endingBy('output_limit', message);
  }
  const exitCode = engines[engine].hasNode ? 0 : null;
  const value = JSON.parse(json) as Json;
  return { reason: null, value, valueJson: onOneLine(json, value), error: null, exitCode };
}

/** Only a box that was taken over writes breaks of lines, which have a meaning where the text goes. */
function onOneLine(json: string, value: Json): string {
  return /[\n\r]/.test(json) ? JSON.stringify(value) : json;
}

/** The ending of a run whose box broke the protocol. */
export function endingByFault(
  error: Error,
  { artifactBytes, outputBytes, valueBytes }: Limits,
): Ending {
  if (isLongLine(error)) return endingBy('output_limit', moreLogsThan(outputBytes));
  if (error instanceof FrameTooLarge && error.part === 'bytes') {
    if (error.type === frameTypes.artifact)
      return endingBy('artifact_limit', `An artifact is larger than ${artifactBytes} bytes`);
    if (error.type === frameTypes.result || error.type === frameTypes.settled)
      return endingBy('output_limit', `The returned value is larger than ${valueBytes} bytes`);
  }
  if (error instanceof FrameTooLarge && error.type !== frameTypes.call) {
    const message = `The run wrote more at once than its limits allow: ${error.message}`;
    return endingBy('output_limit', message);
  }
  return endingBy('policy_violation', `The box broke the protocol: ${error.message}`);
}

/** Whether a process may be reused after such an ending: no limit was hit and nothing crashed. */
export function isHarmless({ reason, isByWall = false }: Ending): boolean {
  return !isByWall && (reason === null || reasons[reason].isHarmless);
}
