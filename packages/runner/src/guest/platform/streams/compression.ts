import {
  Z_BUF_ERROR,
  Z_DEFAULT_STRATEGY,
  Z_FINISH,
  Z_NO_FLUSH,
  Z_OK,
  Z_STREAM_END,
  Z_SYNC_FLUSH,
  ZStream,
  zlibDeflate,
  zlibDeflateInit2,
  zlibInflate,
  zlibInflateInit2,
} from 'pako';
import type { TransformStream } from 'web-streams-polyfill';
import { showMembers } from '../format.ts';
import { bytesSlice } from '../natives.ts';
import { nativeCompression, nativeDecompression } from './native-compression.ts';
import type { Realm } from '../realm.ts';
import { type Interfaces, requireArguments, toEnum } from '../webidl.ts';
import { inputOf, type Pair, type Steps, transformPair } from './transforms.ts';

const formats = ['deflate', 'deflate-raw', 'gzip'] as const;

/** zlib's `windowBits`, which also selects the wrapping of the data. */
const windowBits = { deflate: 15, 'deflate-raw': -15, gzip: 31 } as const;
const chunkBytes = 16_384;
/** zlib's own default, and its only method. */
const zlibLevel = -1;
const deflated = 8;
const memoryLevel = 8;

/** Creates the Compression standard's two classes: Node's zlib does the work, and a port of it where there is none. */
export function createCompression(
  realm: Realm,
): Interfaces<'CompressionStream' | 'DecompressionStream'> {
  const ctor = realm.streams().classes['TransformStream'] as unknown as typeof TransformStream;

  class CompressionStream {
    readonly #pair;

    constructor(format: unknown) {
      requireArguments('CompressionStream', arguments.length, 1);
      const known = toFormat(format);
      const steps = nativeCompression(realm.native(), known) ?? compression(windowBits[known]);
      this.#pair = transformPair(ctor, steps);
    }

    get readable() {
      return this.#pair.readable;
    }
    get writable() {
      return this.#pair.writable;
    }
  }

  class DecompressionStream {
    readonly #pair;

    constructor(format: unknown) {
      requireArguments('DecompressionStream', arguments.length, 1);
      const known = toFormat(format);
      const steps = nativeDecompression(realm.native(), known) ?? decompression(windowBits[known]);
      this.#pair = transformPair(ctor, steps);
    }

    get readable() {
      return this.#pair.readable;
    }
    get writable() {
      return this.#pair.writable;
    }
  }

  const classes = { CompressionStream, DecompressionStream };
  for (const [name, shown] of Object.entries(classes)) {
    showMembers<Pair>(shown, ({ readable, writable }) => ({ readable, writable }), name);
  }
  return classes;
}

function toFormat(value: unknown): (typeof formats)[number] {
  return toEnum(value, formats, 'The format of compression');
}

function compression(bits: number): Steps {
  const stream = new ZStream();
  zlibDeflateInit2(stream, zlibLevel, deflated, bits, memoryLevel, Z_DEFAULT_STRATEGY);
  return {
    transform(chunk, enqueue) {
      feed(stream, inputOf(chunk));
      run(stream, () => zlibDeflate(stream, Z_NO_FLUSH), enqueue);
    },
    flush(enqueue) {
      feed(stream, new Uint8Array());
      const status = run(stream, () => zlibDeflate(stream, Z_FINISH), enqueue);
      if (status !== Z_STREAM_END) throw new TypeError('The data could not be compressed');
    },
  };
}

function decompression(bits: number): Steps {
  const stream = new ZStream();
  zlibInflateInit2(stream, bits);
  let hasEnded = false;
  return {
    transform(chunk, enqueue) {
      const input = inputOf(chunk);
      if (input.length === 0) return;
      if (hasEnded) throw new TypeError('There is more data after the end of the compressed data');
      feed(stream, input);
      const status = run(stream, () => zlibInflate(stream, Z_SYNC_FLUSH), enqueue);
      hasEnded = status === Z_STREAM_END;
      if (hasEnded && stream.avail_in > 0) {
        throw new TypeError('There is more data after the end of the compressed data');
      }
    },
    flush() {
      if (!hasEnded) throw new TypeError('The compressed data ends too early');
    },
  };
}

function feed(stream: ZStream, input: Uint8Array): void {
  stream.input = input;
  stream.next_in = 0;
  stream.avail_in = input.length;
}

/** Calls zlib until it has read its input and written its output; throws for bad data. */
function run(stream: ZStream, step: () => number, enqueue: (value: unknown) => void): number {
  for (;;) {
    stream.output = new Uint8Array(chunkBytes);
    stream.next_out = 0;
    stream.avail_out = chunkBytes;
    const status = step();
    // A lack of input is no error here, since more may come.
    const isStarved = status === Z_BUF_ERROR;
    if (status !== Z_OK && status !== Z_STREAM_END && !isStarved) {
      throw new TypeError(`The compressed data is not valid: ${stream.msg || status}`);
    }
    if (stream.next_out > 0) enqueue(bytesSlice(stream.output, 0, stream.next_out));
    if (status === Z_STREAM_END || isStarved || stream.avail_out > 0) return status;
  }
}
