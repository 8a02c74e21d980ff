import { pipeline, type Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import type { Headers } from '../rules/headers.ts';

type Chunks = AsyncIterable<Uint8Array>;

const mostCodings = 2;
const chunkSize = 64 * 1_024;
/** Truncated input is decoded as far as it goes, as browsers do. */
const gentle = { chunkSize, flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };

/** Decoders by content coding. The window of `zstd` is limited to 8 MiB, as RFC 9659 requires. */
const decoders: Readonly<Record<string, (chunks: Chunks) => Chunks>> = {
  gzip: (chunks) => through(createGunzip(gentle), chunks),
  'x-gzip': (chunks) => through(createGunzip(gentle), chunks),
  deflate: inflate,
  br: (chunks) =>
    through(
      createBrotliDecompress({
        chunkSize,
        flush: constants.BROTLI_OPERATION_FLUSH,
        finishFlush: constants.BROTLI_OPERATION_FLUSH,
      }),
      chunks,
    ),
  zstd: (chunks) =>
    through(
      createZstdDecompress({
        chunkSize,
        flush: constants.ZSTD_e_continue,
        finishFlush: constants.ZSTD_e_end,
        params: { [constants.ZSTD_d_windowLogMax]: 23 },
      }),
      chunks,
    ),
};

/** The value of `accept-encoding`: all codings that `decode` supports. */
export const acceptedCodings = 'gzip, deflate, br, zstd';

/**
 * The codings of a response, outermost first. Empty when one of them is not supported: the body is
 * passed on undecoded then. Throws for more than two.
 */
export function codingsOf(headers: Headers): readonly string[] {
  const codings = headers
    .filter(([name]) => name.toLowerCase() === 'content-encoding')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (!codings.every((coding) => Object.hasOwn(decoders, coding))) return [];
  if (codings.length > mostCodings) throw new Error(`more than ${mostCodings} content codings`);
  return codings.toReversed();
}

/**
 * Decodes a body. `count` is called with the bytes of each stage before they are used; stage 0 are the
 * received ones. If it throws, the body ends with that error.
 */
export function decode(
  received: Chunks,
  codings: readonly string[],
  count: (stage: number, bytes: number) => void,
): Chunks {
  const counted = async function* (stage: number, chunks: Chunks): Chunks {
    for await (const chunk of chunks) {
      count(stage, chunk.length);
      yield chunk;
    }
  };
  return codings.reduce(
    (chunks, coding, index) => counted(index + 1, decoders[coding]?.(chunks) ?? chunks),
    counted(0, received),
  );
}

/**
 * Errors of the source are passed on to the decoder; when reading of the decoder stops, the source
 * is stopped too.
 */
function through(decoder: Transform, chunks: Chunks): Chunks {
  pipeline(chunks, decoder, () => undefined);
  return decoder;
}

/** Some servers send raw deflate data, without the zlib header that the coding requires. */
async function* inflate(chunks: Chunks): Chunks {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const hasHeader = ((first.value[0] ?? 0) & 0x0f) === 8;
  const all = async function* (): Chunks {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  yield* through(hasHeader ? createInflate(gentle) : createInflateRaw(gentle), all());
}
