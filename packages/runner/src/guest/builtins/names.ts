/**
 * The Node built-ins that exist here, by file. None of them reveals or reaches a process, a file system,
 * a network or an engine, and none that does may be added.
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
  timers: './timers/index.ts',
  'timers/promises': './timers/promises.ts',
  url: './url/index.ts',
  util: './util/index.ts',
  'util/types': './util/types.ts',
  zlib: './zlib/index.ts',
} as const;
