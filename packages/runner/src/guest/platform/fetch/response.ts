import { showMembers } from '../format.ts';
import { bytesLibrary, utf8Library } from '../lazy.ts';
import type { Realm } from '../realm.ts';
import { requireArguments, toByteString, toDictionary, toUsvString } from '../webidl.ts';
import { Body, defineBodyMembers, extractBody, type Extracted, type Forms } from './body.ts';
import { type createHeaders, type Guard, HeaderList } from './headers.ts';
import { parseUrl } from './addresses.ts';
import { isNullBodyStatus, isRedirectStatus } from './rules.ts';

/** The state of a `Response`. */
export interface ResponseState {
  readonly type: 'default' | 'basic' | 'error';
  readonly url: string;
  readonly redirected: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly list: HeaderList;
  readonly body: Body | null;
}

export type ResponseClass = new (body?: unknown, init?: unknown) => Response;

/** Creates `Response`, and `responseOf` for the platform's own answers. */
export function createResponse(
  realm: Realm,
  { headersOf, fill }: ReturnType<typeof createHeaders>,
  forms: Forms,
) {
  let stateOf: (response: object) => ResponseState;
  let responseOf: (state: ResponseState, guard: Guard) => Response;

  class PlatformResponse {
    #state: ResponseState;
    #headers: Headers;

    static {
      stateOf = (response) => (response as PlatformResponse).#state;
      responseOf = (state, guard) => {
        const response = new PlatformResponse();
        response.#state = state;
        response.#headers = headersOf(state.list, guard);
        return response as unknown as Response;
      };
    }

    constructor(body: unknown = null, init: unknown = {}) {
      const content = body === null || body === undefined ? null : bodyInit(realm, forms, body);
      this.#state = fresh;
      this.#headers = headersOf(fresh.list, 'response');
      this.#begin(init, content === null ? null : content());
    }

    static error(): Response {
      return responseOf(
        { ...fresh, type: 'error', status: 0, list: new HeaderList() },
        'immutable',
      );
    }

    static redirect(url: unknown, status: unknown = 302): Response {
      requireArguments('Response.redirect', arguments.length, 1);
      const { href } = parseUrl(realm, toUsvString(url));
      const code = toUnsignedShort(status);
      if (!isRedirectStatus(code)) throw new RangeError(`${code} is no status of a redirect`);
      const list = HeaderList.of([['Location', bytes(href)]]);
      return responseOf({ ...fresh, status: code, list }, 'immutable');
    }

    static json(data: unknown, init: unknown = {}): PlatformResponse {
      requireArguments('Response.json', arguments.length, 1);
      const text = JSON.stringify(data) as string | undefined;
      if (text === undefined) throw new TypeError('Response.json: the value has no JSON');
      const body = new Body(realm, utf8Library().utf8fromStringLoose(text));
      const response = new PlatformResponse();
      response.#begin(init, { body, type: 'application/json' });
      return response;
    }

    get type(): string {
      return this.#state.type;
    }
    get url(): string {
      return this.#state.url.split('#')[0]!;
    }
    get redirected(): boolean {
      return this.#state.redirected;
    }
    get status(): number {
      return this.#state.status;
    }
    get ok(): boolean {
      return this.#state.status >= 200 && this.#state.status <= 299;
    }
    get statusText(): string {
      return this.#state.statusText;
    }
    get headers(): Headers {
      return this.#headers;
    }

    clone(): Response {
      const state = this.#state;
      if (state.body?.isUnusable === true) {
        throw new TypeError('Response.clone: the body has been read already, or is locked');
      }
      const body = state.body?.clone() ?? null;
      const list = HeaderList.of(state.list.pairs);
      const guard = state.type === 'default' ? 'response' : 'immutable';
      return responseOf({ ...state, list, body }, guard);
    }

    #begin(init: unknown, content: Extracted | null): void {
      const bag = toDictionary(init, 'Response: the options');
      const { headers: givenHeaders, status: givenStatus, statusText: givenText } = bag;
      const status = givenStatus === undefined ? 200 : toUnsignedShort(givenStatus);
      const statusText = givenText === undefined ? '' : toByteString(givenText);
      if (status < 200 || status > 599) {
        throw new RangeError(`The status of a response must be from 200 to 599, not ${status}`);
      }
      if (/[^\t\x20-\x7e\x80-\xff]/.test(statusText)) {
        throw new TypeError('The status text of a response must be one line');
      }
      const list = new HeaderList();
      this.#headers = headersOf(list, 'response');
      if (givenHeaders !== undefined) fill(this.#headers, givenHeaders);
      if (content !== null) {
        if (isNullBodyStatus(status)) {
          throw new TypeError(`A response with the status ${status} has no body`);
        }
        if (content.type !== null && list.get('content-type') === null) {
          list.append('Content-Type', content.type);
        }
      }
      this.#state = { ...fresh, status, statusText, list, body: content?.body ?? null };
    }
  }

  defineBodyMembers(realm, forms, PlatformResponse.prototype, (self) => {
    const { body, list } = stateOf(self as object);
    return { body, contentType: list.get('content-type') };
  });
  Object.defineProperty(PlatformResponse, 'length', { value: 0 });
  showMembers(
    PlatformResponse as unknown as ResponseClass,
    ({ status, statusText, headers, body, bodyUsed, ok, redirected, type, url }) => ({
      status,
      statusText,
      headers,
      body,
      bodyUsed,
      ok,
      redirected,
      type,
      url,
    }),
  );
  return { Response: PlatformResponse as unknown as ResponseClass, responseOf: responseOf! };
}

const fresh: ResponseState = {
  type: 'default',
  url: '',
  redirected: false,
  status: 200,
  statusText: '',
  list: new HeaderList(),
  body: null,
};

/** Converts a body; text is converted at once, before the options are read, as Web IDL requires. */
function bodyInit(realm: Realm, forms: Forms, value: unknown): () => Extracted {
  const isText = typeof value !== 'object' && typeof value !== 'function';
  const content = isText ? toUsvString(value) : value;
  return () => extractBody(realm, forms, content);
}

function toUnsignedShort(value: unknown): number {
  return Number(value) & 0xffff;
}

/** The UTF-8 bytes of a text, one character per byte, as in a header. */
function bytes(text: string): string {
  return bytesLibrary().isomorphicDecode(utf8Library().utf8fromStringLoose(text));
}
