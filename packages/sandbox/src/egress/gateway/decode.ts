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
/** Ends of input that are cut off give what there is, as browsers do. */
const gentle = { chunkSize, flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };

/** What undoes a content coding. `zstd` may look back 8 MiB, as RFC 9659 has it, and no further. */
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

/** The codings that `decode` knows, for the request. */
export const acceptedCodings = 'gzip, deflate, br, zstd';

/**
 * The codings of a response, outermost first; none when there is one that is not known, since the
 * body is then handed on as it came. Throws for more than two.
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
 * The body as it was before it was encoded. `count` is told of the bytes of each stage, the
 * received ones being stage 0, before they are used; what it throws ends the body.
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

/** Errors of the source come out of the decoder, and whoever stops reading it stops the source. */
function through(decoder: Transform, chunks: Chunks): Chunks {
  pipeline(chunks, decoder, () => undefined);
  return decoder;
}

/** Some servers leave out the two bytes around the data that the name calls for. */
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
