import {
  type ArtifactMessage,
  bad,
  type CallMessage,
  caps,
  claimableReasons,
  type RunError,
  type Frame,
  FrameError,
  type FetchHead,
  type FetchOpenMessage,
  type EngineName,
  engines,
  type ExitMessage,
  field,
  type Fields,
  type FrameCap,
  frameTypes,
  isDeeperThan,
  type Limits,
  type LogMessage,
  namesOf,
  logLevels,
  orNullField,
  parseObject,
  type ProgressMessage,
  type ResultMessage,
  textField,
  wholeField,
  wordField,
} from '@castellan/protocol';

/**
 * What a box says, checked. Everything here is hostile: the JSON is parsed, then each known key is
 * read and checked on its own and copied into an object of ours. Unknown keys are not looked at.
 */
export type Inbound =
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

/** What a box says about a request: see `frameTypes`. */
export type FetchMessage =
  | ({ readonly type: 'fetchOpen' } & FetchOpenMessage)
  | { readonly type: 'fetchProxy'; readonly id: number }
  | { readonly type: 'fetchSend'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'fetchFinish'; readonly id: number }
  | { readonly type: 'fetchCancel'; readonly id: number }
  | { readonly type: 'fetchPull'; readonly id: number; readonly credit: number };

export function isFetch(message: Inbound): message is FetchMessage {
  return message.type.startsWith('fetch');
}

/** Slack for the JSON part of a frame whose bytes part is limited: names, escapes, an error's text. */
const jsonSlack = 512 * 1_024;

/** Frames that only say that something is so: reading JSON costs the launcher more than writing it costs a box. */
const small = 16 * 1_024;

/**
 * The largest frame of each type while a run with `limits` is on in a box of that engine. JSON
 * escapes take six bytes a unit. Only a run with a browser may speak to one.
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

/** Before a job, a box can only say that it is ready. */
export const idleCaps: FrameCap = (type) => (type === frameTypes.ready ? small : undefined);

/** Checks one frame. Throws `FrameError` for anything that the runner would never send. */
export function readInbound(frame: Frame): Inbound {
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
      return { type: 'fetchOpen', id: wholeField(fields, 'id'), ...opened(fields) };
    case frameTypes.exit:
      return { type: 'exit', code: exitCode(fields) };
    case frameTypes.fetchProxy:
      return { type: 'fetchProxy', id: wholeField(fields, 'id') };
    case frameTypes.fetchSend:
      // Pieces cost their bytes of credit, so one without any would cost nothing.
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

function opened(fields: Fields): { hasBody: boolean; head: FetchHead } {
  const hasBody = field(fields, 'hasBody');
  if (typeof hasBody !== 'boolean') throw bad('hasBody');
  const head = parseObject(textField(fields, 'head', caps.url + caps.headerText * 2));
  const redirect = field(head, 'redirect');
  if (redirect !== 'follow' && redirect !== 'error' && redirect !== 'manual') {
    throw bad('redirect');
  }
  const url = textField(head, 'url', caps.url);
  const method = textField(head, 'method', caps.method);
  return { hasBody, head: { url, method, headers: headers(field(head, 'headers')), redirect } };
}

function headers(value: unknown): FetchHead['headers'] {
  if (!Array.isArray(value) || value.length > caps.headers) {
    throw bad('headers');
  }
  let length = 0;
  return value.map((pair: unknown) => {
    const [name, content] = (Array.isArray(pair) ? pair : []) as unknown[];
    if (typeof name !== 'string' || typeof content !== 'string') {
      throw bad('header');
    }
    length += name.length + content.length;
    if (length > caps.headerText) throw new FrameError('too long headers in a frame');
    return [name, content] as const;
  });
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FrameError('the bytes of a frame are not UTF-8');
  }
}
