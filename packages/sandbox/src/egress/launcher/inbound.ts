import { namesOf, networkCodes, networkOutcomes } from '@castellan/protocol';
import {
  bad,
  field,
  type Fields,
  type Frame,
  formField,
  FrameError,
  orNullField,
  parseObject,
  textField,
  wholeField,
  wordField,
} from '@castellan/protocol/frames';
import {
  egressTypes,
  type EntryMessage,
  longest,
  longestOfHead,
  mostResponseHeaders,
  type EgressResponseHead,
  type Reached,
} from '../messages.ts';

/**
 * A validated message from the gateway. Its code is trusted, but it parses data of hostile servers: each
 * key is checked on its own and copied, and an invalid one ends the gateway.
 */
export type GatewayMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'closed'; readonly run: number }
  | {
      readonly type: 'entry';
      readonly request: number;
      readonly entry: Omit<EntryMessage, 'request'>;
    }
  | { readonly type: 'response'; readonly request: number; readonly head: EgressResponseHead }
  | { readonly type: 'download'; readonly request: number; readonly bytes: Uint8Array }
  | { readonly type: 'uploadCredit'; readonly request: number; readonly credit: number }
  | ({ readonly type: 'reached'; readonly request: number } & Reached)
  | { readonly type: 'end' | 'failed'; readonly request: number };

/** Six fields, and for each header a pair and its comma; every other frame is flat. */
const responseCaps = { depth: 3, nodes: 32 + 3 * mostResponseHeaders };

/** Throws `FrameError` for anything that the gateway would never send. */
export function readGatewayMessage({ type, json, bytes }: Frame): GatewayMessage {
  const fields =
    type === egressTypes.response ? parseObject(json, responseCaps) : parseObject(json);
  if (type === egressTypes.ready) return { type: 'ready' };
  if (type === egressTypes.closed) return { type: 'closed', run: wholeField(fields, 'run') };
  const request = wholeField(fields, 'request');
  switch (type) {
    case egressTypes.entry:
      return { type: 'entry', request, entry: readEntry(fields) };
    case egressTypes.response:
      return { type: 'response', request, head: readHead(fields) };
    case egressTypes.download:
      return { type: 'download', request, bytes };
    case egressTypes.uploadCredit:
      return { type: 'uploadCredit', request, credit: wholeField(fields, 'credit') };
    case egressTypes.reached:
      return {
        type: 'reached',
        request,
        place: textField(fields, 'place', longest.host + 8),
        address: formField(fields, 'address', /^[\da-f:.]{2,45}$/),
      };
    case egressTypes.end:
      return { type: 'end', request };
    case egressTypes.failed:
      return { type: 'failed', request };
    default:
      throw new FrameError(`frame of unknown type ${type}`);
  }
}

function readHead(fields: Fields): EgressResponseHead {
  const headers = field(fields, 'headers');
  if (!Array.isArray(headers)) throw bad('headers');
  return {
    status: status(fields),
    statusText: textField(fields, 'statusText', longestOfHead.statusText),
    headers: headers.map(pair),
    url: textField(fields, 'url', longestOfHead.url),
    redirected: field(fields, 'redirected') === true,
  };
}

function readEntry(fields: Fields): Omit<EntryMessage, 'request'> {
  const durationMs = field(fields, 'durationMs');
  if (typeof durationMs !== 'number' || !(durationMs >= 0)) throw bad('durationMs');
  return {
    time: wholeField(fields, 'time'),
    method: textField(fields, 'method', longest.method),
    url: textField(fields, 'url', longest.url),
    host: textField(fields, 'host', longest.host),
    address: orNullField(fields, 'address', (key) => textField(fields, key, 64)),
    status: orNullField(fields, 'status', () => status(fields)),
    durationMs,
    requestBytes: wholeField(fields, 'requestBytes'),
    responseBytes: wholeField(fields, 'responseBytes'),
    outcome: wordField(fields, 'outcome', namesOf(networkOutcomes)),
    code: orNullField(fields, 'code', (key) => wordField(fields, key, namesOf(networkCodes))),
    reason: orNullField(fields, 'reason', (key) => textField(fields, key, longest.reason)),
  };
}

function status(fields: Fields): number {
  const value = wholeField(fields, 'status');
  if (value < 100 || value > 999) throw bad('status');
  return value;
}

function pair(value: unknown): readonly [string, string] {
  if (!Array.isArray(value) || value.length !== 2) throw bad('headers');
  const [name, content] = value as readonly unknown[];
  if (typeof name !== 'string' || typeof content !== 'string') throw bad('headers');
  return [name, content];
}
