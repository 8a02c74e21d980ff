import { CastellanError, errorOf } from './error.ts';
import { pause } from './pause.ts';

/** How the service is reached. */
export interface ClientOptions {
  /** Where the service is, such as `http://127.0.0.1:7400`. A path before `/v1` is kept. */
  readonly url: string | URL;
  /** A key of the service; may be left out on loopback while it has none. */
  readonly key?: string | undefined;
  /** Used in place of the global one. */
  readonly fetch?: typeof fetch | undefined;
  /**
   * How often a request is sent again that was not answered, or answered with 429, 502, 503 or 504. Each
   * carries an idempotency key where it has to, so that a script is never started twice. Default 4.
   */
  readonly retries?: number | undefined;
  /**
   * Milliseconds that a service may be away while the events of a run are followed, from where they broke.
   * Default 60,000: a restart takes seconds.
   */
  readonly patienceMs?: number | undefined;
  /**
   * Reads the JSON of answers and events. Default `JSON.parse`; another one may keep the digits of numbers
   * that JavaScript's have no room for. Throws a `SyntaxError`.
   */
  readonly parse?: ((text: string) => unknown) | undefined;
}

/** One request. */
export interface Asking {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Never sent again: it would be done twice. */
  readonly isOnce?: boolean;
}

const defaultRetries = 4;
const defaultPatienceMs = 60_000;
/** Before the first retry; twice as long before each further one, less up to half of it by chance. */
const firstPauseMs = 250;
/** A service that names a longer time is not waited for. */
const longestPauseMs = 30_000;

/** Asks the service, again where that makes sense. Whatever fails is a `CastellanError`, or the abort. */
export class Http {
  readonly #base: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof fetch;
  readonly #retries: number;
  readonly patienceMs: number;
  readonly parse: (text: string) => unknown;

  constructor({
    url,
    key,
    fetch: given,
    retries = defaultRetries,
    patienceMs = defaultPatienceMs,
    parse = (text) => JSON.parse(text) as unknown,
  }: ClientOptions) {
    const base = URL.parse(String(url));
    if (base === null || !/^https?:$/.test(base.protocol))
      throw new TypeError(`url must be an http URL, not ${JSON.stringify(String(url))}`);
    if (!Number.isInteger(retries) || retries < 0)
      throw new TypeError(`retries must be a whole number from 0, not ${String(retries)}`);
    if (!(patienceMs >= 0))
      throw new TypeError(`patienceMs must be a number from 0, not ${String(patienceMs)}`);
    base.pathname = base.pathname.replace(/\/*$/, '/');
    this.#base = base;
    this.#headers = key === undefined || key === '' ? {} : { authorization: `Bearer ${key}` };
    // The global one has to be called without an object, and may be replaced later.
    this.#fetch = given ?? ((...asked) => fetch(...asked));
    this.#retries = retries;
    this.patienceMs = patienceMs;
    this.parse = parse;
  }

  /** The answer to a request that succeeded; its body has not been read. */
  async ask(path: string, asking: Asking = {}): Promise<Response> {
    for (let retry = 0; ; retry++) {
      try {
        return await this.#askOnce(path, asking);
      } catch (error) {
        const most = asking.isOnce === true ? 0 : this.#retries;
        if (!(error instanceof CastellanError) || retry >= most) throw error;
        const waitMs = waitBefore(error, retry);
        if (waitMs === null) throw error;
        await pause(waitMs, asking.signal);
      }
    }
  }

  /** The JSON of the answer. */
  async json<Body>(path: string, asking: Asking = {}): Promise<Body> {
    return this.#whole(path, asking, async (response) => this.parse(await response.text()) as Body);
  }

  /** The bytes of the answer. */
  async bytes(path: string, asking: Asking = {}): Promise<Uint8Array<ArrayBuffer>> {
    return this.#whole(
      path,
      asking,
      async (response) => new Uint8Array(await response.arrayBuffer()),
    );
  }

  async #whole<Body>(
    path: string,
    asking: Asking,
    read: (response: Response) => Promise<Body>,
  ): Promise<Body> {
    const response = await this.ask(path, asking);
    try {
      return await read(response);
    } catch (cause) {
      asking.signal?.throwIfAborted();
      throw new CastellanError(
        response.status,
        'broken_answer',
        `${response.url} broke off its answer, or answers what is no JSON. Is the url that of a Castellan service?`,
        { cause },
      );
    }
  }

  async #askOnce(
    path: string,
    { method = 'GET', headers, body, signal }: Asking,
  ): Promise<Response> {
    const url = new URL(path, this.#base);
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    let response: Response;
    try {
      response = await this.#fetch(url, {
        method,
        headers: { ...this.#headers, ...json, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
        // A key is sent to the service only; workers do not know 'error'.
        redirect: 'manual',
      });
    } catch (cause) {
      signal?.throwIfAborted();
      const { cause: inner, message } = cause as Error;
      const why = inner instanceof Error && inner.message !== '' ? inner.message : message;
      const text = `${url.origin} cannot be reached: ${why}`;
      throw new CastellanError(0, 'unreachable', text, { cause });
    }
    if (response.ok) return response;
    // Pages are shown no more of a redirect than that it is one.
    const isRedirect = response.status >= 300 && response.status < 400;
    if (isRedirect || response.type === 'opaqueredirect') {
      const to = response.headers.get('location') ?? 'elsewhere';
      const text = `${url.href} redirects to ${to}. Nothing is sent there: is the url that of a Castellan service?`;
      throw new CastellanError(response.status, 'broken_answer', text);
    }
    throw await errorOf(response);
  }
}

/** Whether the same request may be answered later. */
export function isPassing({ status, code }: CastellanError): boolean {
  return code === 'unreachable' || [429, 502, 503, 504].includes(status);
}

/** Milliseconds; null where a retry is of no use. */
function waitBefore(error: CastellanError, retry: number): number | null {
  const { retryAfterMs } = error;
  if (!isPassing(error)) return null;
  if (retryAfterMs !== null) return retryAfterMs > longestPauseMs ? null : retryAfterMs;
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** retry);
  return pauseMs * (1 - Math.random() / 2);
}
