import type { Json, RunError } from '@castellan/protocol';
import { type ClaimableReason, claimableReasons, caps } from '@castellan/protocol/frames';
import { type Failure, reasonOfText } from '../entry/failures.ts';
import type { Described, Inner } from '../entry/inner-errors.ts';
import { type Place, Refusal } from './refusal.ts';

/** Finds the place that the author wrote; `undefined` for what the author did not write. */
export type OriginOf = (place: Place) => Place | undefined;

/**
 * Describes what isolated-vm throws when a turn fails: a copy of an error of the guest (an unhandled
 * rejection, a module that failed), or its own error about the isolate. A copy keeps name, message and
 * stack only, so `refusals` maps the messages of the refusals that the guest received to their reasons.
 * No text says that memory ran out: the isolate itself knows.
 */
export function failureOf(thrown: unknown, refusals: ReadonlyMap<string, string> = none): Failure {
  if (!(thrown instanceof Error)) {
    const message =
      typeof thrown === 'object' ? JSON.stringify(thrown) : `${thrown as string | number | bigint}`;
    return { reason: 'uncaught_exception', name: 'NonError', message, stack: '' };
  }
  const { name, message } = thrown;
  const [stack = ''] = (thrown.stack ?? '').split(/\n\s+at \(<isolated-vm boundary>\)/);
  if (message.startsWith('An object was thrown from supplied code within isolated-vm')) {
    const text = 'a value that is no Error was thrown or rejected outside the entry function';
    return { reason: 'uncaught_exception', name: 'NonError', message: text, stack: '' };
  }
  return { reason: refusals.get(message) ?? reasonOfText(name, message), name, message, stack };
}

const none: ReadonlyMap<string, string> = new Map();

/** A syntax error that the engine found: V8 puts the place at the end of the message. */
export function syntaxRefusal(thrown: unknown): Refusal {
  const { message } = failureOf(thrown);
  const [end, file, line, column] = / \[([^\n]+):(\d+):(\d+)\]$/.exec(message) ?? [];
  if (end === undefined || file === undefined) return new Refusal('syntax_error', message);
  const place = { file, line: Number(line), column: Number(column) };
  return new Refusal('syntax_error', message.slice(0, -end.length), place);
}

/** A frame; the last one of an error that has more to show, or is in a list, has a mark behind it. */
const frame = /^(\s+at (?:.*\(|.*, |(?:async )?))([^()]*):(\d+):(\d+)(\)?(?:,| \{)?)$/;

/**
 * Maps a failure to the user's source: the runner's frames are removed, places are mapped back, and
 * the first frame that remains gives file, line and column.
 */
export function locate(failure: Described, originOf: OriginOf): RunError {
  let place: Pick<RunError, 'file' | 'line' | 'column'> | undefined;
  const lines: string[] = [];
  for (const text of failure.stack.split('\n')) {
    if (!/^\s+at /.test(text)) {
      lines.push(text);
      continue;
    }
    const [, before = '', file = '', line, column, after = ''] = frame.exec(text) ?? [];
    const origin = originOf({ file, line: Number(line), column: Number(column) });
    if (origin !== undefined) {
      place ??= origin;
      lines.push(`${before}${origin.file}:${origin.line}:${origin.column}${after}`);
    } else if (file === '' && !text.includes('castellan:')) lines.push(text);
    else lines.push(`${lines.pop() ?? ''}${after.replace(')', '')}`);
  }
  const { code, cause, errors } = failure;
  const inner = (one: Inner): RunError | Json =>
    'json' in one ? (JSON.parse(one.json) as Json) : locate(one, originOf);
  return {
    name: failure.name.slice(0, caps.errorName),
    message: failure.message.slice(0, caps.errorMessage),
    stack: lines.join('\n').slice(0, caps.errorStack),
    ...(place ?? { file: null, line: null, column: null }),
    ...(code === undefined ? {} : { code }),
    ...(cause === undefined ? {} : { cause: inner(cause) }),
    ...(errors === undefined ? {} : { errors: Array.from(errors, inner) }),
  };
}

/** A reason that the guest claims, if it is claimable: the script may have taken the guest over. */
export function claimableReason(reason: string): ClaimableReason {
  return claimableReasons.find((known) => known === reason) ?? 'uncaught_exception';
}

/** The failure of a script that nothing can wake; `place` is where it waits. */
export function starved(place: Place | null): Failure {
  const message =
    'The script has not ended, and nothing is left that could wake it: no timer, call, request or message';
  return failureOfRefusal({ reason: 'unsettled', message, place });
}

/** A refusal as the failure of a run, with its place as the top of the stack. */
export function failureOfRefusal({
  reason,
  message,
  place,
  kind,
}: Pick<Refusal, 'reason' | 'message' | 'place'> & Partial<Refusal>): Failure {
  const { name } = kind ?? { name: 'Error' };
  return { reason, name, message, stack: stackAt({ name, message }, place) };
}

/** The stack of an error that has one place, or none. */
export function stackAt(error: Pick<RunError, 'name' | 'message'>, place: Place | null): string {
  const at = place === null ? '' : `\n    at ${place.file}:${place.line}:${place.column}`;
  return `${error.name}: ${error.message}${at}`;
}
