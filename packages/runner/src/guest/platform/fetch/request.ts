import { showMembers } from '../format.ts';
import type { HeaderPair } from '../host.ts';
import type { Realm } from '../realm.ts';
import { requireArguments, toUsvString } from '../webidl.ts';
import { type Body, defineBodyMembers, extractBody, type Forms } from './body.ts';
import { type createHeaders, HeaderList } from './headers.ts';
import {
  checkedMethod,
  defaults,
  isBodiless,
  type Options,
  readInit,
  signalOf,
} from './request-init.ts';
import { parseAddress, parseReferrer } from './addresses.ts';

/** The state of a `Request`. */
export interface RequestState {
  url: URL;
  /** The blob of a blob: URL when the request was created; the URL may be revoked later. */
  readonly blob: Blob | undefined;
  method: string;
  readonly list: HeaderList;
  headers: Headers;
  body: Body | null;
  signal: AbortSignal;
  readonly options: Options;
}

export type RequestClass = new (input: unknown, init?: unknown) => Request;

/** What Node shows, in its order. */
const shown = [
  'method',
  'url',
  'headers',
  'destination',
  'referrer',
  'referrerPolicy',
  'mode',
  'credentials',
  'cache',
  'redirect',
  'integrity',
  'keepalive',
  'isReloadNavigation',
  'isHistoryNavigation',
  'signal',
] as const;

/** Creates `Request`. */
export function createRequest(
  realm: Realm,
  { headersOf, fill }: ReturnType<typeof createHeaders>,
  forms: Forms,
) {
  let stateOf: (request: Request) => RequestState;
  let isRequest: (value: unknown) => value is Request;
  let setHeaders: (request: Request, pairs: readonly HeaderPair[]) => void;

  class PlatformRequest {
    #state: RequestState;

    static {
      stateOf = (request) => (request as unknown as PlatformRequest).#state;
      isRequest = (value): value is Request =>
        typeof value === 'object' && value !== null && #state in value;
      setHeaders = (given, pairs) => {
        const request = given as unknown as PlatformRequest;
        const list = HeaderList.of(pairs);
        request.#state = { ...request.#state, list, headers: headersOf(list, 'immutable') };
      };
    }

    constructor(input: unknown, init: unknown = {}) {
      requireArguments('Request', arguments.length, 1);
      const from = isRequest(input) ? stateOf(input) : undefined;
      const address = from === undefined ? toUsvString(input) : '';
      const given = readInit(init);
      const { method, window, mode, referrer } = given;
      const url = from?.url ?? parseAddress(realm, address);
      const isBlob = from === undefined && url.protocol === 'blob:';
      const blob = isBlob ? realm.files().blobAt(url.href) : from?.blob;
      if (window !== undefined && window !== null) {
        throw new TypeError('Request: window must be null');
      }
      if (mode === 'navigate') throw new TypeError('Request: the mode "navigate" is not allowed');
      const hasInit = Object.values(given).some((value) => value !== undefined);
      const kept = from?.options ?? defaults;
      const options: Options = {
        ...kept,
        ...(hasInit ? { referrer: defaults.referrer, referrerPolicy: '' } : {}),
        ...given.options,
      };
      if (hasInit && options.mode === 'navigate') Object.assign(options, { mode: 'same-origin' });
      if (referrer !== undefined) {
        Object.assign(options, { referrer: parseReferrer(realm, referrer) });
      }
      if (options.cache === 'only-if-cached' && options.mode !== 'same-origin') {
        throw new TypeError('Request: "only-if-cached" needs the mode "same-origin"');
      }
      const list = new HeaderList();
      const guard = options.mode === 'no-cors' ? 'request-no-cors' : 'request';
      if (
        guard === 'request-no-cors' &&
        !/^(?:get|head|post)$/i.test(method ?? from?.method ?? 'GET')
      ) {
        throw new TypeError('Request: the mode "no-cors" allows GET, HEAD and POST only');
      }
      const headers = headersOf(list, guard);
      if (given.headers !== undefined) fill(headers, given.headers);
      else for (const [name, value] of from?.list.pairs ?? []) list.append(name, value);

      const verb = method === undefined ? (from?.method ?? 'GET') : checkedMethod(method);
      const hasBody = given.body !== undefined && given.body !== null;
      if (
        (hasBody || (from !== undefined && from.body !== null && given.body === undefined)) &&
        isBodiless(verb)
      ) {
        throw new TypeError(`Request: a ${verb} request has no body`);
      }
      let body: Body | null = null;
      if (hasBody) {
        const extracted = extractBody(realm, forms, given.body);
        ({ body } = extracted);
        if (!body.isRepeatable && given.duplex !== 'half') {
          throw new TypeError('Request: a stream as body needs duplex: "half"');
        }
        if (!body.isRepeatable && given.options['keepalive'] === true) {
          throw new TypeError('Request: a stream as body cannot be kept alive');
        }
        if (extracted.type !== null && list.get('content-type') === null) {
          list.append('Content-Type', extracted.type);
        }
      } else if (from !== undefined && from.body !== null && given.body === undefined) {
        if (from.body.isUnusable) {
          throw new TypeError('Request: the body of the other request has been read already');
        }
        body = from.body.take();
      }
      const sources: AbortSignal[] = [];
      if (given.signal !== undefined) {
        if (given.signal !== null) sources.push(signalOf(realm, given.signal));
      } else if (from !== undefined) {
        sources.push(from.signal);
      }
      const signal = realm.AbortSignal.any(sources);
      this.#state = { url, blob, method: verb, list, headers, body, signal, options };
    }

    get method(): string {
      return this.#state.method;
    }
    get url(): string {
      return this.#state.url.href;
    }
    get headers(): Headers {
      return this.#state.headers;
    }
    get destination(): string {
      void this.#state;
      return '';
    }
    get referrer(): string {
      return this.#state.options.referrer;
    }
    get referrerPolicy(): string {
      return this.#state.options.referrerPolicy;
    }
    get mode(): string {
      return this.#state.options.mode;
    }
    get credentials(): string {
      return this.#state.options.credentials;
    }
    get cache(): string {
      return this.#state.options.cache;
    }
    get redirect(): string {
      return this.#state.options.redirect;
    }
    get integrity(): string {
      return this.#state.options.integrity;
    }
    get keepalive(): boolean {
      return this.#state.options.keepalive;
    }
    get isReloadNavigation(): boolean {
      void this.#state;
      return false;
    }
    get isHistoryNavigation(): boolean {
      void this.#state;
      return false;
    }
    get signal(): AbortSignal {
      return this.#state.signal;
    }
    get duplex(): string {
      void this.#state;
      return 'half';
    }

    clone(): PlatformRequest {
      const state = this.#state;
      if (state.body?.isUnusable === true) {
        throw new TypeError('Request.clone: the body has been read already, or is locked');
      }
      const copy = new PlatformRequest(state.url.href);
      const list = HeaderList.of(state.list.pairs);
      copy.#state = {
        ...state,
        list,
        headers: headersOf(list, 'request'),
        body: state.body?.clone() ?? null,
        signal: realm.AbortSignal.any([state.signal]),
      };
      return copy;
    }
  }

  defineBodyMembers(realm, forms, PlatformRequest.prototype, (self) => {
    const { body, list } = stateOf(self as Request);
    return { body, contentType: list.get('content-type') };
  });
  Object.defineProperty(PlatformRequest, 'length', { value: 1 });
  showMembers(PlatformRequest, (self) => {
    const members: Record<string, unknown> = {};
    for (const name of shown) members[name] = self[name];
    return members;
  });
  const ctor = PlatformRequest as unknown as RequestClass;
  return { Request: ctor, stateOf: stateOf!, setHeaders: setHeaders! };
}
