import { logLevels, type LogLevel, namesOf } from '@castellan/protocol';
import {
  bad,
  caps,
  claimableReasons,
  errorCaps,
  field,
  type Fields,
  FrameError,
  frameTypes,
  orNullField,
  parseObject,
  readRunError,
  type ResultMessage,
  textField,
  wholeField,
  wordField,
} from '@castellan/protocol/frames';
import { isDeeperThan } from '@castellan/protocol/json';
import type { BrowserLimits } from './limits.ts';

/**
 * A validated message from a worker. The input is hostile once a script runs there: each known key is
 * checked on its own and copied, and nothing is parsed that costs more than its length.
 */
export type WorkerMessage =
  | { readonly type: 'ready'; readonly missing: string | null }
  | { readonly type: 'compiled' }
  | { readonly type: 'log'; readonly level: LogLevel; readonly text: string }
  | { readonly type: 'progress'; readonly fraction: number; readonly text: string }
  | { readonly type: 'call'; readonly id: number; readonly path: string; readonly args: string }
  | { readonly type: 'settled'; readonly json: string }
  | { readonly type: 'waiting'; readonly pending: string | null }
  | { readonly type: 'result'; readonly result: ResultMessage; readonly json: string };

/** UTF-16 units of the JSON of a message whose fields are short. */
const small = 16 * 1_024;
/** Of a result, which may hold an error; each unit may be an escape. */
const large = errorCaps.text * 6 + small;
const resultCaps = { depth: 1 + errorCaps.depth, nodes: 64 + errorCaps.nodes };

/** Thrown for a text that is longer than the limits of the run allow. */
export class TooLong extends FrameError {
  readonly of: 'logs' | 'value';

  constructor(of: 'logs' | 'value') {
    super(`the ${of} are too long`);
    this.of = of;
  }
}

/** Reads what arrived on the port. Throws `FrameError` for anything that an honest worker never posts. */
export function readWorkerMessage(data: unknown, limits: BrowserLimits): WorkerMessage {
  if (!Array.isArray(data) || data.length !== 3) throw new FrameError('it is no list of three');
  const [type, json, rest] = data as unknown[];
  if (typeof json !== 'string') throw new FrameError('its fields are no text');
  const isResult = type === frameTypes.result;
  if (json.length > (isResult ? large : small)) throw new FrameError('its fields are too long');
  const fields = isResult ? parseObject(json, resultCaps) : parseObject(json);
  switch (type) {
    case frameTypes.ready:
      return { type: 'ready', missing: orNull(fields, 'missing', caps.errorMessage) };
    case frameTypes.compiled:
      return { type: 'compiled' };
    case frameTypes.log: {
      const text = textOf(rest, limits.outputBytes + 1, 'logs');
      return { type: 'log', level: wordField(fields, 'level', namesOf(logLevels)), text };
    }
    case frameTypes.progress:
      return {
        type: 'progress',
        fraction: fraction(fields),
        text: textField(fields, 'text', caps.progressText),
      };
    case frameTypes.call: {
      const args = textOf(rest, caps.helperArgs);
      const path = textField(fields, 'path', caps.helperPath);
      return { type: 'call', id: wholeField(fields, 'id'), path, args };
    }
    case frameTypes.settled:
      return { type: 'settled', json: valueText(rest, limits) };
    case frameTypes.waiting:
      return { type: 'waiting', pending: orNull(fields, 'pending', caps.pendingText) };
    case frameTypes.result:
      return { type: 'result', ...result(fields, rest, limits) };
    default:
      throw new FrameError(`its type is ${String(type).slice(0, 32)}`);
  }
}

function result(
  fields: Fields,
  rest: unknown,
  limits: BrowserLimits,
): { result: ResultMessage; json: string } {
  const ok = field(fields, 'ok');
  if (ok === true) {
    const pending = orNull(fields, 'pending', caps.pendingText);
    return { result: { ok, pending }, json: valueText(rest, limits) };
  }
  if (ok !== false) throw bad('ok');
  const reason = claimableReasons.find((known) => known === field(fields, 'reason'));
  if (reason === undefined) throw bad('reason');
  return { result: { ok, reason, error: readRunError(field(fields, 'error')) }, json: '' };
}

/** JSON text of a value; whether it parses shows when the run ends with it. */
function valueText(rest: unknown, { valueBytes }: BrowserLimits): string {
  const json = textOf(rest, valueBytes, 'value');
  if (isDeeperThan(json, caps.jsonDepth + 1)) throw new FrameError('the value is too deep');
  return json;
}

function textOf(rest: unknown, most: number, of?: 'logs' | 'value'): string {
  if (typeof rest !== 'string') throw new FrameError('no text follows');
  if (rest.length <= most) return rest;
  throw of === undefined ? new FrameError('the text is too long') : new TooLong(of);
}

function orNull(fields: Fields, key: string, most: number): string | null {
  return orNullField(fields, key, (name) => textField(fields, name, most));
}

function fraction(fields: Fields): number {
  const value = field(fields, 'fraction');
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) throw bad('fraction');
  return value;
}
