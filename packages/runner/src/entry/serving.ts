import { caps, exchangeCalls, type RequestHead } from '@castellan/protocol/frames';
import type { Calls } from './calls.ts';
import { refusal } from './failures.ts';

/** Answers the run's request with the `fetch` of what the script exports; resolves with the value of the run. */
export type Serving = (exported: unknown) => Promise<unknown>;

/** Gives a request the headers that came, of which scripts may not set all. */
type SetHeaders = (request: Request, headers: RequestHead['headers']) => void;

type Handler = (request: Request, env: object, context: ServedContext) => unknown;

/** The third argument of `fetch`. */
interface ServedContext {
  /** The run ends when the promise has settled too. */
  waitUntil(promise: unknown): void;
  /** Throws: there is no server behind a function that could answer in its place. */
  passThroughOnException(): never;
}

/** The statuses whose answers have no body. */
const bodiless: readonly number[] = [204, 205, 304];

/**
 * How a run answers `head`, to be made before its script begins; undefined in a run that answers none. The
 * launcher believes nothing of what is said here: a script that replaces any of it deceives itself.
 */
export function servingOf(
  head: RequestHead | null,
  calls: Calls,
  env: object,
  setHeaders: SetHeaders,
): Serving | undefined {
  if (head === null) return undefined;
  // As they are now; a script may replace them.
  const { Request, Response, ReadableStream, AbortController, DOMException, console } = globalThis;
  const open = calls.remote(exchangeCalls.open);
  const read = calls.remote(exchangeCalls.read);
  const respond = calls.remote(exchangeCalls.respond);
  const write = calls.remote(exchangeCalls.write);
  const end = calls.remote(exchangeCalls.end);

  /** The body of the request, a piece each time that the script wants one. */
  const bodyOf = (): ReadableStream<Uint8Array> =>
    new ReadableStream(
      {
        type: 'bytes',
        async pull(controller) {
          const piece = (await read()) as Uint8Array<ArrayBuffer> | undefined;
          if (piece !== undefined) return controller.enqueue(piece);
          controller.close();
          controller.byobRequest?.respond(0);
        },
      },
      { highWaterMark: 0 },
    );

  const requestOf = (signal: AbortSignal): Request => {
    const { method, url, headers, hasBody } = head;
    const mayHaveBody = hasBody && method !== 'GET' && method !== 'HEAD';
    const body = mayHaveBody ? { body: bodyOf(), duplex: 'half' as const } : {};
    const request = new Request(url, { method, signal, ...body });
    setHeaders(request, headers);
    return request;
  };

  /** Sends the body of an answer, as fast as the client takes it. */
  const send = async (body: ReadableStream<unknown>): Promise<void> => {
    const reader = body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        if (!(value instanceof Uint8Array)) {
          throw new TypeError('The body of a Response may only give Uint8Array chunks');
        }
        for (let at = 0; at < value.length; at += caps.exchangePiece) {
          await write(value.subarray(at, at + caps.exchangePiece));
        }
      }
    } catch (error) {
      reader.cancel(error).catch(() => undefined);
      throw error;
    }
  };

  const answer = async (handler: Handler, request: Request, context: ServedContext) => {
    const response = await handler(request, env, context);
    if (!(response instanceof Response)) {
      throw refusal(
        'value_not_serializable',
        `fetch() gave ${kindOf(response)}; a Response is expected`,
      );
    }
    const { status, statusText, headers, body } = response;
    if (response.bodyUsed || body?.locked === true) {
      throw new TypeError('The body of the Response that fetch() gave has been read already');
    }
    await respond(status, statusText, [...headers]);
    if (body !== null) {
      if (head.method === 'HEAD' || bodiless.includes(status)) await body.cancel();
      else await send(body);
    }
    await end();
    return { status };
  };

  return async (exported) => {
    const handler = handlerIn(exported);
    const leaving = new AbortController();
    const hasLeft = new DOMException('The client has left', 'AbortError');
    open(() => leaving.abort(hasLeft)).catch(() => undefined);
    const waiting: Promise<unknown>[] = [];
    const context: ServedContext = {
      waitUntil(promise) {
        waiting.push(
          Promise.resolve(promise).catch((error: unknown) => {
            console.error('What waitUntil() was given has failed:', error);
          }),
        );
      },
      passThroughOnException() {
        throw new TypeError(
          'passThroughOnException() is not there: no server stands behind a function',
        );
      },
    };
    let value: unknown;
    try {
      value = await answer(handler, requestOf(leaving.signal), context);
    } catch (error) {
      const isOfLeaving = error === hasLeft || codeOf(error) === clientLeft;
      if (!isOfLeaving) throw error;
      value = { status: null };
    }
    // One that is waited for may add others.
    for (let index = 0; index < waiting.length; index++) await waiting[index];
    return value;
  };
}

/** The code with which the launcher refuses to take more of an answer that nobody reads. */
const clientLeft = 'client_left';

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : null;
}

/** `fetch` of the default export, or the export `fetch`. Throws a refusal where there is neither. */
function handlerIn(exported: unknown): Handler {
  const main = (exported as { default?: unknown } | null | undefined)?.default;
  return (
    methodOf(main) ??
    methodOf(exported) ??
    fail(
      typeof main === 'function'
        ? 'the default export is a function, which a call with parameters runs'
        : 'there is no fetch',
    )
  );
}

function methodOf(owner: unknown): Handler | undefined {
  if ((typeof owner !== 'object' && typeof owner !== 'function') || owner === null)
    return undefined;
  const { fetch } = owner as { fetch?: unknown };
  if (typeof fetch !== 'function') return undefined;
  return (...args) => Reflect.apply(fetch, owner, args) as unknown;
}

function fail(why: string): never {
  throw refusal(
    'no_entry',
    `A call over HTTP is answered by fetch, as in: export default { fetch(request, env, ctx) { … } }; ${why}`,
  );
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object' : typeof value;
}
