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
declare const nodeDiff: NodeModule<Pick<typeof import('node:util'), 'diff'>>;
declare const nodeEvents: NodeModule<typeof import('node:events')>;
declare const nodeMime: NodeModule<Pick<typeof import('node:util'), 'MIMEType' | 'MIMEParams'>>;
declare const nodeParseArgs: NodeModule<Pick<typeof import('node:util'), 'parseArgs'>>;
declare const nodePath: NodeModule<typeof import('node:path')>;
declare const nodePunycode: NodeModule<{ toUnicode(domain: string): string }>;
declare const nodeQuerystring: NodeModule<typeof import('node:querystring')>;
declare const nodeStream: NodeModule<typeof import('node:stream')>;
declare const nodeStringDecoder: NodeModule<typeof import('node:string_decoder')>;
declare const nodeTimersPromises: NodeModule<typeof import('node:timers/promises')>;
declare const nodeUrl: NodeModule<typeof import('node:url')>;
declare const nodeUtil: NodeModule<typeof import('node:util')>;
declare const nodeZlib: NodeModule;

declare module 'util/support/types.js' {
  const types: Readonly<Record<string, (value: unknown) => boolean>>;
  export default types;
}
