/** What the bundle of a built-in may use besides the globals. */
declare const castellan: import('../host.ts').BundleScope;

/** A module of Node's as a function of what it requires; the build puts it here: see `scripts/node-source.ts`. */
type NodeModule<T = object> = (parts: {
  readonly internals: object;
  readonly binding?: object;
  /** Where one of these is required, it is taken; `internals` in place of all others. */
  readonly modules?: Readonly<Record<string, unknown>>;
}) => T;

declare const nodeAssert: NodeModule<typeof import('node:assert')>;
declare const nodeBuffer: NodeModule<typeof import('node:buffer')>;
declare const nodeComparisons: NodeModule;
declare const nodeEvents: NodeModule<typeof import('node:events')>;
declare const nodePath: NodeModule<typeof import('node:path')>;
declare const nodeStringDecoder: NodeModule<typeof import('node:string_decoder')>;
declare const nodeZlib: NodeModule;

declare module 'unenv/node/querystring' {
  const querystring: typeof import('node:querystring');
  export default querystring;
}

declare module 'unenv/node/url' {
  const url: typeof import('node:url');
  export default url;
}

type Callable = (...args: never[]) => unknown;

declare module 'util/' {
  const util: Record<string, Callable> & {
    readonly types: Record<string, (value: unknown) => boolean>;
  };
  export default util;
}

declare module 'readable-stream/lib/stream.js' {
  const Stream: typeof import('node:stream');
  export default Stream;
}
