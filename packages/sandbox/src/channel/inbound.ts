import {
  type RunError,
  type EngineName,
  engines,
  type Limits,
  namesOf,
  logLevels,
} from '@castellan/protocol';
import {
  type ArtifactMessage,
  bad,
  type CallMessage,
  caps,
  claimableReasons,
  type Frame,
  FrameError,
  type ExitMessage,
  field,
  type Fields,
  type FrameCap,
  frameTypes,
  type LogMessage,
  orNullField,
  parseObject,
  type ProgressMessage,
  type ResultMessage,
  textField,
  wholeField,
  wordField,
} from '@castellan/protocol/frames';
import { isDeeperThan } from '@castellan/protocol/json';
import { type FetchMessage, readFetchOpen } from './fetches.ts';

/**
 * A validated message from a box. The input is hostile: the JSON is parsed, then each known key is
 * checked on its own and copied into a new object. Unknown keys are ignored.
 */
export type BoxMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'compiled' }
  | ({ readonly type: 'log' } & LogMessage)
  | ({ readonly type: 'progress' } & ProgressMessage)
  | ({ readonly type: 'artifact'; readonly bytes: Uint8Array } & ArtifactMessage)
  | ({ readonly type: 'call' } & CallMessage)
  | FetchMessage
  | ({ readonly type: 'exit' } & ExitMessage)
  | { readonly type: 'cdpSend'; readonly text: string }
  | { readonly type: 'result'; readonly result: ResultMessage; readonly json: string };

/**
 * Extra bytes for the JSON part of a frame whose bytes part is limited: names, escapes, error
 * texts.
 */
const jsonSlack = 512 * 1_024;

/**
 * Cap of frames that carry almost no data. It is low because JSON costs the launcher more to parse
 * than a box to write.
 */
const small = 16 * 1_024;

/**
 * The largest frame of each type during a run with these `limits` and that engine. A JSON escape takes
 * six bytes per UTF-16 unit. Only a run with a browser may send CDP commands.
 */
export function capsFor(limits: Limits, engine: EngineName, hasBrowser: boolean): FrameCap {
  const largest: Record<number, number> = {
    ...(hasBrowser ? { [frameTypes.cdpSend]: caps.cdpCommand + jsonSlack } : {}),
    [frameTypes.ready]: small,
    [frameTypes.compiled]: small,
    [frameTypes.log]: limits.outputBytes * 6 + jsonSlack,
    [frameTypes.progress]: small,
    [frameTypes.artifact]: limits.artifactBytes + jsonSlack,
    [frameTypes.call]: caps.helperArgs * 6 + jsonSlack,
    [frameTypes.result]: limits.valueBytes + jsonSlack,
    [frameTypes.fetchOpen]: (caps.url + caps.headerText) * 6 + jsonSlack,
    [frameTypes.fetchSend]: caps.fetchWindow + jsonSlack,
    [frameTypes.fetchFinish]: small,
    [frameTypes.fetchCancel]: small,
    [frameTypes.fetchPull]: small,
    ...(engines[engine].hasNode ? ofNodeOnly : {}),
  };
  return (type) => largest[type];
}

const ofNodeOnly = { [frameTypes.exit]: small, [frameTypes.fetchProxy]: small };

/** Before it has a job, a box may only send `ready`. */
export const idleCaps: FrameCap = (type) => (type === frameTypes.ready ? small : undefined);

/** Validates one frame. Throws `FrameError` for anything that an honest runner never sends. */
export function readBoxMessage(frame: Frame): BoxMessage {
  const fields = parseObject(frame.json);
  switch (frame.type) {
    case frameTypes.ready:
      return { type: 'ready' };
    case frameTypes.compiled:
      return { type: 'compiled' };
    case frameTypes.log:
      return {
        type: 'log',
        level: wordField(fields, 'level', namesOf(logLevels)),
        text: textField(fields, 'text', Infinity),
      };
    case frameTypes.progress:
      return {
        type: 'progress',
        fraction: fraction(fields),
        text: textField(fields, 'text', caps.progressText),
      };
    case frameTypes.artifact:
      return {
        type: 'artifact',
        id: wholeField(fields, 'id'),
        name: textField(fields, 'name', caps.artifactName),
        contentType: orNullField(fields, 'contentType', (key) =>
          textField(fields, key, caps.contentType),
        ),
        bytes: frame.bytes,
      };
    case frameTypes.call:
      return {
        type: 'call',
        id: wholeField(fields, 'id'),
        path: textField(fields, 'path', caps.helperPath),
        args: textField(fields, 'args', caps.helperArgs),
      };
    case frameTypes.result:
      return { type: 'result', ...result(fields, frame.bytes) };
    case frameTypes.fetchOpen:
      return { type: 'fetchOpen', id: wholeField(fields, 'id'), ...readFetchOpen(fields) };
    case frameTypes.exit:
      return { type: 'exit', code: exitCode(fields) };
    case frameTypes.fetchProxy:
      return { type: 'fetchProxy', id: wholeField(fields, 'id') };
    case frameTypes.fetchSend:
      // A chunk costs its length in credit, so an empty one would be free.
      if (frame.bytes.length === 0) throw bad('body');
      return { type: 'fetchSend', id: wholeField(fields, 'id'), bytes: frame.bytes };
    case frameTypes.fetchFinish:
      return { type: 'fetchFinish', id: wholeField(fields, 'id') };
    case frameTypes.fetchCancel:
      return { type: 'fetchCancel', id: wholeField(fields, 'id') };
    case frameTypes.fetchPull:
      return {
        type: 'fetchPull',
        id: wholeField(fields, 'id'),
        credit: wholeField(fields, 'credit'),
      };
    case frameTypes.cdpSend:
      return { type: 'cdpSend', text: utf8(frame.bytes) };
    default:
      throw new FrameError(`frame of unknown type ${frame.type}`);
  }
}

function fraction(fields: Fields): number {
  const value = field(fields, 'fraction');
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) throw bad('fraction');
  return value;
}

function exitCode(fields: Fields): number {
  const code = wholeField(fields, 'code');
  if (code > 255) throw bad('code');
  return code;
}

function result(fields: Fields, bytes: Uint8Array): { result: ResultMessage; json: string } {
  const ok = field(fields, 'ok');
  if (ok === true) {
    const pending = orNullField(fields, 'pending', (key) => textField(fields, key, 1_024));
    const json = utf8(bytes);
    if (isDeeperThan(json, caps.jsonDepth + 1))
      throw new FrameError('the value is nested too deeply');
    return { result: { ok, pending }, json };
  }
  if (ok !== false) throw bad('ok');
  const reason = claimableReasons.find((known) => known === field(fields, 'reason'));
  if (reason === undefined) throw bad('reason');
  return { result: { ok, reason, error: error(field(fields, 'error')) }, json: '' };
}

function error(value: unknown): RunError {
  if (typeof value !== 'object' || value === null) throw bad('error');
  const fields = value as Fields;
  return {
    name: textField(fields, 'name', caps.errorName),
    message: textField(fields, 'message', caps.errorMessage),
    stack: textField(fields, 'stack', caps.errorStack),
    file: orNullField(fields, 'file', (key) => textField(fields, key, caps.fileName)),
    line: orNullField(fields, 'line', (key) => wholeField(fields, key)),
    column: orNullField(fields, 'column', (key) => wholeField(fields, key)),
  };
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FrameError('the bytes of a frame are not UTF-8');
  }
}
