import { type EngineName, engines, type Limits, namesOf, logLevels } from '@castellan/protocol';
import {
  type ActionMessage,
  type ArtifactMessage,
  type ArtifactReadMessage,
  type BrowserCallMessage,
  bad,
  type CallMessage,
  caps,
  claimableReasons,
  errorCaps,
  type Frame,
  FrameError,
  type ExitMessage,
  field,
  decodeText,
  type Fields,
  type FrameCap,
  type FrameCaps,
  frameTypes,
  type LogMessage,
  orNullField,
  parseObject,
  type ProgressMessage,
  readRunError,
  type ResultMessage,
  textField,
  type WaitingMessage,
  wholeField,
  wordField,
} from '@castellan/protocol/frames';
import { isDeeperThan, mostParcelBytes } from '@castellan/protocol/json';
import {
  type HelperArguments,
  readArguments,
  readReturned,
  type ReturnedMessage,
} from './helpers.ts';
import { fetchHeadText, type FetchMessage, readFetchOpen } from './fetches.ts';
import { readAction, readBrowserCall } from './puppeteer.ts';

/**
 * A validated message from a box. The input is hostile: the JSON is parsed, then each known key is
 * checked on its own and copied into a new object. Unknown keys are ignored.
 */
export type BoxMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'compiled' }
  | ({ readonly type: 'log'; readonly text: string } & LogMessage)
  | ({ readonly type: 'progress' } & ProgressMessage)
  | ({ readonly type: 'artifact'; readonly bytes: Uint8Array } & ArtifactMessage)
  | ({ readonly type: 'artifactRead' } & ArtifactReadMessage)
  | ({ readonly type: 'call' } & CallMessage & HelperArguments)
  | ({ readonly type: 'returned' } & ReturnedMessage)
  | FetchMessage
  | ({ readonly type: 'exit' } & ExitMessage)
  | { readonly type: 'cdpSend'; readonly bytes: Uint8Array }
  | { readonly type: 'action'; readonly action: ActionMessage }
  | ({ readonly type: 'browserCall' } & BrowserCallMessage)
  | { readonly type: 'settled'; readonly json: string }
  | ({ readonly type: 'waiting' } & WaitingMessage)
  | { readonly type: 'result'; readonly result: ResultMessage; readonly json: string };

/** JSON of frames whose fields are short: ids, names, flags. */
const small = 16 * 1_024;

/** Bytes of a UTF-16 unit in JSON: of any, as an escape, and of one that needs none. */
const escaped = 6;
const plain = 3;

const bare: FrameCaps = { json: small, bytes: 0 };

/**
 * The largest frame of each type during a run with these `limits` and that engine: as much JSON as its
 * fields can need, and as many bytes as the run may send. Only a run with a browser may send CDP
 * commands.
 */
export function capsFor(limits: Limits, engine: EngineName, hasBrowser: boolean): FrameCap {
  const largest: Record<number, FrameCaps> = {
    ...(hasBrowser ? ofBrowserOnly : {}),
    [frameTypes.ready]: bare,
    [frameTypes.compiled]: bare,
    // A runner cuts a line one unit behind the limit.
    [frameTypes.log]: { json: small, bytes: (limits.outputBytes + 1) * plain },
    [frameTypes.progress]: bare,
    [frameTypes.artifact]: { json: small, bytes: limits.artifactBytes },
    [frameTypes.artifactRead]: bare,
    [frameTypes.returned]: {
      json: (caps.errorName + caps.errorMessage) * escaped + small,
      bytes: caps.helperArgs * plain + mostParcelBytes,
    },
    [frameTypes.call]: { json: small, bytes: caps.helperArgs * plain + mostParcelBytes },
    [frameTypes.result]: { json: errorCaps.text * escaped + small, bytes: limits.valueBytes },
    [frameTypes.settled]: { json: small, bytes: limits.valueBytes },
    [frameTypes.waiting]: bare,
    // The head is JSON text in itself, so nothing in it needs a long escape.
    [frameTypes.fetchOpen]: { json: fetchHeadText * plain + small, bytes: 0 },
    [frameTypes.fetchSend]: { json: small, bytes: caps.fetchWindow },
    [frameTypes.fetchFinish]: bare,
    [frameTypes.fetchCancel]: bare,
    [frameTypes.fetchPull]: bare,
    ...(engines[engine].hasNode ? ofNodeOnly : {}),
  };
  return (type) => largest[type];
}

const ofBrowserOnly = {
  [frameTypes.cdpSend]: { json: small, bytes: caps.cdpCommand },
  [frameTypes.action]: bare,
  [frameTypes.browserCall]: bare,
};
const ofNodeOnly = { [frameTypes.exit]: bare, [frameTypes.fetchProxy]: bare };

/** Before it has a job, a box may only send `ready`. */
export const idleCaps: FrameCap = (type) => (type === frameTypes.ready ? bare : undefined);

/** A result has an error in it; every other frame is flat. */
const resultCaps = { depth: 1 + errorCaps.depth, nodes: 64 + errorCaps.nodes };

/** Validates one frame. Throws `FrameError` for anything that an honest runner never sends. */
export function readBoxMessage(frame: Frame): BoxMessage {
  const fields =
    frame.type === frameTypes.result
      ? parseObject(frame.json, resultCaps)
      : parseObject(frame.json);
  switch (frame.type) {
    case frameTypes.ready:
      return { type: 'ready' };
    case frameTypes.compiled:
      return { type: 'compiled' };
    case frameTypes.log:
      return {
        type: 'log',
        level: wordField(fields, 'level', namesOf(logLevels)),
        text: decodeText(frame.bytes),
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
    case frameTypes.artifactRead:
      return {
        type: 'artifactRead',
        id: wholeField(fields, 'id'),
        name: textField(fields, 'name', caps.artifactName),
      };
    case frameTypes.call:
      return {
        type: 'call',
        id: wholeField(fields, 'id'),
        path: textField(fields, 'path', caps.helperPath),
        ...readArguments(fields, frame.bytes),
      };
    case frameTypes.settled:
      return { type: 'settled', json: valueText(frame.bytes) };
    case frameTypes.waiting:
      return { type: 'waiting', pending: pendingText(fields) };
    case frameTypes.returned:
      return { type: 'returned', ...readReturned(fields, frame.bytes) };
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
    case frameTypes.action:
      return { type: 'action', action: readAction(fields) };
    case frameTypes.browserCall:
      return { type: 'browserCall', ...readBrowserCall(fields) };
    case frameTypes.cdpSend:
      return { type: 'cdpSend', bytes: frame.bytes };
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
    return { result: { ok, pending: pendingText(fields) }, json: valueText(bytes) };
  }
  if (ok !== false) throw bad('ok');
  const reason = claimableReasons.find((known) => known === field(fields, 'reason'));
  if (reason === undefined) throw bad('reason');
  return { result: { ok, reason, error: readRunError(field(fields, 'error')) }, json: '' };
}

function pendingText(fields: Fields): string | null {
  return orNullField(fields, 'pending', (key) => textField(fields, key, caps.pendingText));
}

/** JSON text of a value; whether it parses shows when the run ends with it. */
function valueText(bytes: Uint8Array): string {
  const json = decodeText(bytes);
  if (isDeeperThan(json, caps.jsonDepth + 1))
    throw new FrameError('the value is nested too deeply');
  return json;
}
