/** What the bundle of a built-in may use besides the globals. */
declare const castellan: import('../host.ts').BundleScope;

declare module 'buffer/' {
  export const Buffer: typeof import('node:buffer').Buffer;
  export type Buffer = import('node:buffer').Buffer;
  export const SlowBuffer: unknown;
  export const INSPECT_MAX_BYTES: number;
  export const kMaxLength: number;
}

/** Node's text of `zlib` as a function of what it requires; the build puts it here: see `scripts/node-source.ts`. */
declare const nodeZlib: (
  parts: Readonly<Record<'binding' | 'buffer' | 'internals' | 'stream', object>>,
) => object;

declare module 'unenv/node/querystring' {
  const querystring: typeof import('node:querystring');
  export default querystring;
}

declare module 'unenv/node/url' {
  const url: typeof import('node:url');
  export default url;
}

type Callable = (...args: never[]) => unknown;

declare module 'events/' {
  const EventEmitter: typeof import('node:events').EventEmitter;
  export default EventEmitter;
}

declare module 'util/' {
  const util: Record<string, Callable> & {
    readonly types: Record<string, (value: unknown) => boolean>;
  };
  export default util;
}

declare module 'assert/' {
  const assert: typeof import('node:assert');
  export default assert;
}

declare module 'assert/build/internal/util/comparisons.js' {
  export const isDeepStrictEqual: (a: unknown, b: unknown) => boolean;
}

declare module 'path-browserify' {
  const path: Omit<typeof import('node:path'), 'posix' | 'win32'>;
  export default path;
}

declare module 'readable-stream/lib/stream.js' {
  const Stream: typeof import('node:stream');
  export default Stream;
}

declare module 'string_decoder/' {
  export const StringDecoder: typeof import('node:string_decoder').StringDecoder;
}
