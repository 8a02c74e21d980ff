/**
 * What an isolate offers a script besides ECMAScript and Castellan's own names, by their names in the
 * declarations of a web worker. `test/playground` compares the list with a real isolate.
 */
export const webGlobals: readonly string[] = [
  'AbortController',
  'AbortSignal',
  'Blob',
  'ByteLengthQueuingStrategy',
  'CompressionStream',
  'CountQueuingStrategy',
  'Crypto',
  'CryptoKey',
  'CustomEvent',
  'DOMException',
  'DecompressionStream',
  'ErrorEvent',
  'Event',
  'EventTarget',
  'File',
  'FileReader',
  'FormData',
  'Headers',
  'MessageChannel',
  'MessageEvent',
  'MessagePort',
  'Performance',
  'PerformanceEntry',
  'PerformanceMark',
  'PerformanceMeasure',
  'PerformanceObserver',
  'PerformanceObserverEntryList',
  'ProgressEvent',
  'PromiseRejectionEvent',
  'ReadableByteStreamController',
  'ReadableStream',
  'ReadableStreamBYOBReader',
  'ReadableStreamBYOBRequest',
  'ReadableStreamDefaultController',
  'ReadableStreamDefaultReader',
  'Request',
  'Response',
  'SubtleCrypto',
  'TextDecoder',
  'TextDecoderStream',
  'TextEncoder',
  'TextEncoderStream',
  'TransformStream',
  'TransformStreamDefaultController',
  'URL',
  'URLPattern',
  'URLSearchParams',
  'WritableStream',
  'WritableStreamDefaultController',
  'WritableStreamDefaultWriter',
  'atob',
  'btoa',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'fetch',
  'performance',
  'queueMicrotask',
  'reportError',
  'setInterval',
  'setTimeout',
  'structuredClone',
];

/** What TypeScript's declarations of a worker lack, or have with more than an isolate offers. */
export const declaredHere = `
declare function setImmediate<Args extends unknown[]>(handler: (...args: Args) => void, ...args: Args): number;
declare function clearImmediate(id: number | undefined): void;
declare var onerror: ((event: ErrorEvent) => unknown) | null;
declare var onunhandledrejection: ((event: PromiseRejectionEvent) => unknown) | null;
declare var onrejectionhandled: ((event: PromiseRejectionEvent) => unknown) | null;
declare function addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
declare function removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
declare function dispatchEvent(event: Event): boolean;
declare var self: typeof globalThis;
declare var navigator: { readonly userAgent: string };
declare class QuotaExceededError extends DOMException { readonly quota: number | null; readonly requested: number | null }
type MessageEventSource = MessagePort;
type Transferable = MessagePort | ReadableStream | WritableStream | TransformStream | ArrayBuffer;
`;
