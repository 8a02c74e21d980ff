/**
 * What the worker's own code takes from the browser, taken before the guest replaces it and before
 * any script runs.
 */

import type { webcrypto } from 'node:crypto';

/** The parts of a dedicated worker's global scope that are used; Node's types know no workers. */
interface WorkerScope {
  readonly origin: string;
  readonly crypto: webcrypto.Crypto;
  readonly fetch: (url: string) => Promise<unknown>;
  readonly eval: (code: string) => unknown;
  reportError(error: unknown): void;
  addEventListener(type: string, listen: (event: never) => void, options?: object): void;
  removeEventListener(type: string, listen: (event: never) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
/** As it was: what is here and is no part of ECMAScript goes before a script runs. */
export const ownBefore: ReadonlyMap<PropertyKey, PropertyDescriptor> = new Map(
  Reflect.ownKeys(globalThis).map((key) => [
    key,
    Reflect.getOwnPropertyDescriptor(globalThis, key)!,
  ]),
);

export const addListener = scope.addEventListener.bind(scope);
export const removeListener = scope.removeEventListener.bind(scope);
export const reportError = scope.reportError.bind(scope);

/** An error that nothing caught, with its place. */
interface ReportedError extends Event {
  readonly error: unknown;
  readonly lineno: number;
  readonly colno: number;
}
type TakeError = (event: ReportedError) => void;

let takeError: TakeError = () => undefined;
addListener('error', (event: ReportedError) => {
  event.preventDefault();
  takeError(event);
});

/** Sends errors that nothing caught to `take`; returns what took them before. */
export function errorsTo(take: TakeError): TakeError {
  const before = takeError;
  takeError = take;
  return before;
}

export const request = scope.fetch.bind(scope);
/** Indirect: the code is global code. */
export const evaluate: (code: string) => unknown = scope.eval;
export const { origin } = scope;
export const FunctionOf = Function;
export const DOMExceptionOf = DOMException;
export const UrlOf = URL;
export const UrlSearchParamsOf = URLSearchParams;
export const EncoderOf = TextEncoder;
export const DecoderOf = TextDecoder;

const { crypto } = scope;
/** Undefined where the page is not served securely. */
export const { subtle } = crypto as { readonly subtle: webcrypto.SubtleCrypto | undefined };
export const randomValues = crypto.getRandomValues.bind(crypto);
export const CryptoKeyOf = (globalThis as { CryptoKey?: abstract new () => webcrypto.CryptoKey })
  .CryptoKey;

const { setTimeout: start, clearTimeout: stop, performance } = globalThis;
export const startTimer = (ring: () => void, ms: number): number =>
  start(ring, ms) as unknown as number;
export const stopTimer = (id: number): void => stop(id);
/** Whole milliseconds, as in every engine. */
export const now = (): number => Math.floor(performance.now());

const { createObjectURL } = URL;
const BlobOf = Blob;
/** The address of a module with this code; it lives as long as the worker. */
export function moduleUrl(code: string): string {
  return createObjectURL(new BlobOf([code], { type: 'text/javascript' }));
}

const { port1, port2 } = new MessageChannel();
/** Without prototype, as a script may put a setter where an index is written. */
const queued: Record<number, () => void> = { __proto__: null } as never;
let first = 0;
let last = 0;
port1.addEventListener('message', () => {
  const work = queued[first];
  delete queued[first++];
  work?.();
});
port1.start();
const ping = port2.postMessage.bind(port2, 0);

/** Calls back in a task of its own, after all microtasks. */
export function soon(work: () => void): void {
  queued[last++] = work;
  ping();
}

const encoder = new TextEncoder();
export const encodeText = encoder.encode.bind(encoder);
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
export const decodeText = decoder.decode.bind(decoder);

const textFunctions = { atob: atob.bind(globalThis), btoa: btoa.bind(globalThis) };

/** Text as bytes and bytes as text, where the guest's libraries leave large ones to the engine; null: it is no such text. */
export function convert(
  data: string | Uint8Array,
  encoding: string,
): Uint8Array<ArrayBuffer> | string | null {
  const inText = encoding === 'atob' || encoding === 'btoa' ? textFunctions[encoding] : undefined;
  if (inText !== undefined) {
    try {
      return inText(data as string);
    } catch {
      return null;
    }
  }
  if (encoding !== 'utf8') throw new TypeError('No such encoding');
  return typeof data === 'string' ? encodeText(data) : decodeText(data);
}
