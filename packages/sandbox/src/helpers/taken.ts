const ofCastellan = `
  params env stdin files artifacts progress input console browser page puppeteer require
  module exports execute constructor arguments __dirname __filename`;

/** JavaScript's, the Web's and Node's: in either engine, so that a helper works in both. */
const ofPlatform = `
  AbortController AbortSignal AggregateError Array ArrayBuffer AsyncDisposableStack Atomics
  BigInt BigInt64Array BigUint64Array Blob Boolean BroadcastChannel Buffer
  ByteLengthQueuingStrategy CloseEvent CompressionStream CountQueuingStrategy Crypto CryptoKey
  CustomEvent DOMException DataView Date DecompressionStream DisposableStack Error ErrorEvent
  EvalError Event EventSource EventTarget File FileReader FinalizationRegistry Float16Array
  Float32Array Float64Array FormData Function Headers Infinity Int16Array Int32Array Int8Array
  Intl Iterator JSON Map Math MessageChannel MessageEvent MessagePort NaN Navigator Number
  Object Performance PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver
  PerformanceObserverEntryList PerformanceResourceTiming ProgressEvent Promise
  PromiseRejectionEvent Proxy QuotaExceededError RangeError ReadableByteStreamController
  ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest
  ReadableStreamDefaultController ReadableStreamDefaultReader ReferenceError Reflect RegExp
  Request Response Set SharedArrayBuffer Storage String SubtleCrypto SuppressedError Symbol
  SyntaxError TextDecoder TextDecoderStream TextEncoder TextEncoderStream TransformStream
  TransformStreamDefaultController TypeError URIError URL URLPattern URLSearchParams
  Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly
  WebSocket WritableStream WritableStreamDefaultController WritableStreamDefaultWriter
  addEventListener atob btoa clearImmediate clearInterval clearTimeout crypto decodeURI
  decodeURIComponent dispatchEvent encodeURI encodeURIComponent escape eval fetch global
  globalThis isFinite isNaN localStorage navigator onerror onrejectionhandled
  onunhandledrejection parseFloat parseInt performance process queueMicrotask
  removeEventListener reportError self sessionStorage setImmediate setInterval setTimeout
  structuredClone undefined unescape`;

const split = (names: string): readonly string[] => names.trim().split(/\s+/);

/** The names of what a script has from Castellan itself, or looks like it. */
export const ownNames: ReadonlySet<string> = new Set(split(ofCastellan));

/** The names of what every script has in the global scope of either engine. */
export const platformNames: ReadonlySet<string> = new Set(split(ofPlatform));
