/** The entry that each library is bundled from. */
export const libraryEntries = {
  inspect: 'node-inspect-extracted',
  bytes: './bytes.ts',
  utf8: '@exodus/bytes/utf8.js',
  url: 'whatwg-url/webidl2js-wrapper.js',
  urlPattern: './url-pattern.ts',
  streams: './streams/index.ts',
  compression: './streams/compression.ts',
  files: './files/index.ts',
  reader: './reader/index.ts',
  fetch: './fetch/index.ts',
  crypto: './crypto/index.ts',
  messaging: './messaging/index.ts',
  timeline: './timeline/index.ts',
  words: './words/index.ts',
} as const;

export type LibraryName = keyof typeof libraryEntries;

/** The globals of each library; those of one library are defined together. */
export const lazyGlobals = {
  url: ['URL', 'URLSearchParams'],
  urlPattern: ['URLPattern'],
  streams: [
    'ByteLengthQueuingStrategy',
    'CountQueuingStrategy',
    'ReadableByteStreamController',
    'ReadableStream',
    'ReadableStreamBYOBReader',
    'ReadableStreamBYOBRequest',
    'ReadableStreamDefaultController',
    'ReadableStreamDefaultReader',
    'TextDecoderStream',
    'TextEncoderStream',
    'TransformStream',
    'TransformStreamDefaultController',
    'WritableStream',
    'WritableStreamDefaultController',
    'WritableStreamDefaultWriter',
  ],
  compression: ['CompressionStream', 'DecompressionStream'],
  files: ['Blob', 'File'],
  reader: ['FileReader', 'ProgressEvent'],
  fetch: ['FormData', 'Headers', 'Request', 'Response', 'fetch'],
  crypto: ['Crypto', 'CryptoKey', 'SubtleCrypto', 'crypto'],
  messaging: ['MessageChannel', 'MessageEvent', 'MessagePort', 'PromiseRejectionEvent'],
  timeline: [
    'PerformanceEntry',
    'PerformanceMark',
    'PerformanceMeasure',
    'PerformanceObserver',
    'PerformanceObserverEntryList',
  ],
} as const satisfies Partial<Record<LibraryName, readonly string[]>>;

export type LazyLibraryName = keyof typeof lazyGlobals;

/** Modules that libraries share with the prelude: see `shared.ts`. */
export const sharedModuleNames = [
  'brands.ts',
  'dom-exception.ts',
  'format.ts',
  'lazy.ts',
  'natives.ts',
  'quota-exceeded-error.ts',
] as const;
