import type { HeaderPair, ResponseHead, TransportEvents } from '../host.ts';
import type { Realm } from '../realm.ts';
import { requireArguments } from '../webidl.ts';
import { createFormData } from './form-data.ts';
import { Body } from './body.ts';
import { createHeaders, HeaderList } from './headers.ts';
import { isWanted, wantedBy } from './integrity.ts';
import { answerLocally } from './local.ts';
import { createRequest, type RequestState } from './request.ts';
import { createResponse, type ResponseState } from './response.ts';
import { isBadPort, isNullBodyStatus, isRedirectStatus } from './rules.ts';
import { type Answer, createExchanges, type Exchanges } from './transport.ts';

export interface FetchLibrary {
  readonly globals: Readonly<Record<string, unknown>>;
  /** Takes what the runner sends about open requests. */
  readonly events: TransportEvents | undefined;
  /** Gives a request the headers that came with it, whatever they are; a script cannot change them. */
  setHeaders(request: Request, headers: readonly HeaderPair[]): void;
}

/** Creates the Fetch standard's classes and `fetch`, over the runner's transport. */
export function createFetch(realm: Realm): FetchLibrary {
  const headers = createHeaders();
  const forms = createFormData(realm);
  const { Request, stateOf, setHeaders } = createRequest(realm, headers, forms);
  const { Response, responseOf } = createResponse(realm, headers, forms);
  const transport = realm.transport();
  const exchanges =
    transport === undefined ? undefined : createExchanges(transport, realm, prepareFailure);

  const { fetch } = {
    async fetch(input: unknown, init?: unknown): Promise<Response> {
      requireArguments('fetch', arguments.length, 1);
      const request = stateOf(new Request(input, init));
      if (request.signal.aborted) throw request.signal.reason;
      const state = await verified(realm, request, await answerTo(realm, exchanges, request));
      return responseOf(state, 'immutable');
    },
  };
  Object.defineProperty(fetch, 'length', { value: 1 });
  const globals = { Headers: headers.Headers, FormData: forms.FormData, Request, Response, fetch };
  return { globals, events: exchanges?.events, setHeaders };
}

async function answerTo(
  realm: Realm,
  exchanges: Exchanges | undefined,
  request: RequestState,
): Promise<ResponseState> {
  const { protocol, port } = request.url;
  if (protocol === 'data:' || protocol === 'blob:') {
    const answer = answerLocally(realm, request);
    if (answer === undefined) throw failure(`The URL ${protocol}… leads to nothing`);
    return answer;
  }
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw failure(`The scheme "${protocol}" is not supported`);
  }
  if (isBadPort(port)) throw failure('bad port');
  if (exchanges === undefined) throw failure('There is no network here');
  const { head, body } = await exchange(realm, exchanges, request);
  return stateFrom(realm, request, head, body);
}

/** Reads a body for which an `integrity` was asked, and fails unless it is the wanted one. */
async function verified(
  realm: Realm,
  { options }: RequestState,
  state: ResponseState,
): Promise<ResponseState> {
  const wanted = wantedBy(options.integrity);
  if (wanted === null) return state;
  const mismatch = failure('integrity mismatch');
  if (state.body === null) throw mismatch;
  const bytes = await state.body.drain();
  if (!(await isWanted(realm, bytes, wanted))) throw mismatch;
  return { ...state, body: new Body(realm, bytes) };
}

/** Sends a request over the network; rejects when its signal is aborted. */
async function exchange(
  realm: Realm,
  exchanges: Exchanges,
  request: RequestState,
): Promise<Answer> {
  const { url, method, list, body, options, signal } = request;
  const head = {
    url: url.href.replace(/#.*$/s, ''),
    method,
    headers: outgoing(list, body, method),
    redirect: options.redirect,
  };
  const reader = body === null ? null : realm.streams().readerOf(body.stream);
  const { answer, abort } = exchanges.start(head, reader);
  const onAbort = (): void => abort(signal.reason);
  signal.addEventListener('abort', onAbort);
  return answer;
}

function outgoing(list: HeaderList, body: Body | null, method: string): HeaderList['pairs'] {
  const sent = HeaderList.of(list.combined());
  if (list.get('accept') === null) sent.append('Accept', '*/*');
  if (list.get('accept-language') === null) sent.append('Accept-Language', '*');
  if (list.get('user-agent') === null) sent.append('User-Agent', 'Castellan');
  const length = body === null ? 0 : body.length;
  const mayHaveBody = method === 'POST' || method === 'PUT';
  if (length !== null && (body !== null || mayHaveBody)) {
    sent.append('Content-Length', `${length}`);
  }
  return sent.pairs;
}

function stateFrom(
  realm: Realm,
  { method, options }: RequestState,
  head: ResponseHead,
  stream: Answer['body'],
): ResponseState {
  const { status, statusText, url, redirected } = head;
  const list = HeaderList.of(head.headers);
  if (options.redirect === 'error' && isRedirectStatus(status) && list.get('location') !== null) {
    void stream.cancel();
    throw failure('unexpected redirect');
  }
  const isBodiless = method === 'HEAD' || method === 'CONNECT' || isNullBodyStatus(status);
  if (isBodiless) void stream.cancel();
  const body = isBodiless ? null : new Body(realm, stream);
  return { type: 'basic', url, redirected, status, statusText, list, body };
}

/**
 * Prepares the one error of all network failures; its cause has the message that the runner allows the
 * script to read, if there is one. The error's stack is that of this call.
 */
function prepareFailure(): (message: string) => TypeError {
  const error = new TypeError('fetch failed');
  return (message) => {
    if (message === error.message) return error;
    const value = new Error(message);
    Object.defineProperty(error, 'cause', { value, configurable: true, writable: true });
    return error;
  };
}

function failure(message: string): TypeError {
  return prepareFailure()(message);
}
