import type { Native } from '../../native/wire.ts';
import { gunzipSteps } from './gzip-member.ts';
import { inputOf, type Steps } from './transforms.ts';
import { moreData, Zlib } from './zlib.ts';

type Format = 'deflate' | 'deflate-raw' | 'gzip';

const compressing = { deflate: 'Deflate', 'deflate-raw': 'DeflateRaw', gzip: 'Gzip' } as const;
/** Node's gunzip goes on with a second member, which the standard refuses: so the wrapping of gzip is read here. */
const decompressing = {
  deflate: 'Inflate',
  'deflate-raw': 'InflateRaw',
  gzip: 'InflateRaw',
} as const;

/** The compression of a format by Node; undefined where there is none. */
export function nativeCompression(native: Native | undefined, format: Format): Steps | undefined {
  const zlib = Zlib.open(native, compressing[format], false);
  if (zlib === undefined) return undefined;
  return {
    transform: (chunk, enqueue) => void zlib.write(inputOf(chunk), enqueue),
    flush: (enqueue) => zlib.end(enqueue),
    cancel: () => zlib.close(),
  };
}

/** The same for what is compressed; data behind its end is an error. */
export function nativeDecompression(native: Native | undefined, format: Format): Steps | undefined {
  const zlib = Zlib.open(native, decompressing[format], format === 'gzip');
  if (zlib === undefined) return undefined;
  if (format === 'gzip') return gunzipSteps(zlib);
  return {
    transform(chunk, enqueue) {
      if (zlib.write(inputOf(chunk), enqueue).length > 0) zlib.fail(moreData);
    },
    flush: (enqueue) => zlib.end(enqueue),
    cancel: () => zlib.close(),
  };
}
