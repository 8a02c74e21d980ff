/**
 * The Node built-ins that exist here, each the name of a file. Nothing that tells of or reaches a
 * process, a file system, a network or an engine is among them, and nothing of the kind may join.
 */
export const builtins = {
  assert: './assert.ts',
  'assert/strict': './assert-strict.ts',
  buffer: './buffer.ts',
  crypto: './crypto/index.ts',
  events: './events.ts',
  path: './path.ts',
  'path/posix': './path.ts',
  querystring: './querystring.ts',
  stream: './stream.ts',
  'stream/promises': './stream-promises.ts',
  string_decoder: './string-decoder.ts',
  timers: './timers.ts',
  'timers/promises': './timers-promises.ts',
  url: './url.ts',
  util: './util/index.ts',
  'util/types': './util/types.ts',
  zlib: './zlib/index.ts',
} as const;
