/** What one run may ask of Node's own functions; time and memory are bounded by the limits of the run. */
export const caps = {
  /** UTF-16 units of one call's JSON. */
  text: 2 ** 26,
  /** Bytes of one call. */
  bytes: 2 ** 28,
  /** Lists and objects in each other, and values altogether, in one call. */
  depth: 8,
  values: 10_000,
  /** Hashes, ciphers and exchanges of keys that are open at a time. */
  states: 10_000,
  /** Compressions that are open at a time: each may take 268 KiB, and Brotli several MiB. */
  compressions: 1_000,
  /** Bytes of output of one step of a compression. */
  output: 2 ** 17,
  /** Keys that have been read, and bytes of one that is kept. */
  keys: 32,
  keyBytes: 2 ** 14,
} as const;
