/** `zlib`: deflate and gzip, synchronous, with a callback, or as streams. No Brotli, no Zstandard. */
import { once } from './formats.ts';
import { streams } from './streams.ts';
import { constants } from './constants.ts';

type Callback = (error: Error | null, result?: unknown) => void;

/** The variant that calls back later, as in Node, with the synchronous function's result. */
function later(run: (data: unknown, options?: object) => unknown) {
  return (data: unknown, options: object | Callback, callback?: Callback): void => {
    const done = typeof options === 'function' ? (options as Callback) : callback;
    if (done === undefined)
      throw new TypeError('The "callback" argument must be of type function. Received undefined');
    let result: unknown;
    let failure: Error | null = null;
    try {
      result = run(data, typeof options === 'function' ? {} : options);
    } catch (error) {
      failure = error as Error;
    }
    globalThis.setTimeout(() => done(failure, result), 0);
  };
}

const {
  deflateSync,
  inflateSync,
  gzipSync,
  gunzipSync,
  deflateRawSync,
  inflateRawSync,
  unzipSync,
} = once;

export default {
  ...once,
  ...streams,
  constants,
  deflate: later(deflateSync),
  inflate: later(inflateSync),
  gzip: later(gzipSync),
  gunzip: later(gunzipSync),
  deflateRaw: later(deflateRawSync),
  inflateRaw: later(inflateRawSync),
  unzip: later(unzipSync),
};
