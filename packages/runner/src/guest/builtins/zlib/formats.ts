import { Deflate, Inflate } from 'pako';
import buffer from '../buffer.ts';
import { bytesOf } from '../crypto/bytes.ts';
import { nodeError } from '../errors.ts';

export interface Options {
  readonly level?: number;
  readonly windowBits?: number;
  readonly memLevel?: number;
  readonly strategy?: 0 | 1 | 2 | 3 | 4;
  readonly dictionary?: ArrayBuffer | Uint8Array;
  readonly chunkSize?: number;
  /** Bytes of output beyond which the synchronous functions throw. */
  readonly maxOutputLength?: number;
}

/** A running compression or decompression: `push` takes bytes, `onData` is called with the output. */
export type Running = Deflate | Inflate;

const windowBits = 15;

/** Whether a decompression has reached the end of its data. */
export const hasEnded = (running: Running): boolean => running instanceof Inflate && running.ended;

/** Each format's compressor and decompressor; sign and offset of the window bits select it, as in zlib. */
export const formats = {
  deflate: (options: Options) => new Deflate(shared(options)),
  gzip: (options: Options) => new Deflate({ ...shared(options), gzip: true }),
  deflateRaw: (options: Options) => new Deflate({ ...shared(options), raw: true }),
  inflate: (options: Options) =>
    new Inflate({ ...reading(options), windowBits: options.windowBits ?? windowBits }),
  gunzip: (options: Options) =>
    new Inflate({ ...reading(options), windowBits: (options.windowBits ?? windowBits) + 16 }),
  inflateRaw: (options: Options) => new Inflate({ ...reading(options), raw: true }),
  unzip: (options: Options) =>
    new Inflate({ ...reading(options), windowBits: (options.windowBits ?? windowBits) + 32 }),
} as const;

export type Format = keyof typeof formats;

/** The given options under the library's names. */
function shared({ level, memLevel, strategy, windowBits: bits, ...rest }: Options): object {
  return present({ level, memLevel, strategy, windowBits: bits, ...reading(rest) });
}

function reading({ dictionary, chunkSize }: Options): object {
  return present({
    dictionary: dictionary === undefined ? undefined : bytesOf(dictionary),
    chunkSize,
  });
}

function present(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

const codes: Readonly<Record<number, string>> = {
  2: 'Z_NEED_DICT',
  [-2]: 'Z_STREAM_ERROR',
  [-3]: 'Z_DATA_ERROR',
  [-4]: 'Z_MEM_ERROR',
  [-5]: 'Z_BUF_ERROR',
};

/** The error that Node throws for a status of zlib. */
export function zlibError(status: number, message: string): Error {
  const code = codes[status] ?? 'Z_DATA_ERROR';
  const text = message === '' || message === 'buffer error' ? 'unexpected end of file' : message;
  return Object.assign(new Error(text), { code, errno: status });
}

function atOnce(
  format: Format,
): (data: unknown, options?: Options) => InstanceType<typeof buffer.Buffer> {
  return (data, options = {}) => {
    const running = formats[format](options ?? {});
    const chunks: Uint8Array[] = [];
    const longest = options?.maxOutputLength ?? buffer.kMaxLength;
    let length = 0;
    running.onData = (chunk) => {
      length += chunk.length;
      if (length > longest) {
        throw nodeError(
          RangeError,
          'ERR_BUFFER_TOO_LARGE',
          `Cannot create a Buffer larger than ${longest} bytes`,
        );
      }
      chunks.push(chunk);
    };
    let ended: number | undefined;
    running.onEnd = (status) => void (ended = status);
    running.push(bytesOf(data, 'buffer'), true);
    if (running.err !== 0) throw zlibError(running.err, running.msg);
    if (ended === undefined) throw zlibError(-5, '');
    return buffer.Buffer.concat(chunks);
  };
}

export const once = {
  deflateSync: atOnce('deflate'),
  inflateSync: atOnce('inflate'),
  gzipSync: atOnce('gzip'),
  gunzipSync: atOnce('gunzip'),
  deflateRawSync: atOnce('deflateRaw'),
  inflateRawSync: atOnce('inflateRaw'),
  unzipSync: atOnce('unzip'),
  crc32,
};

/** The CRC-32 of the data, continued from `start`. */
function crc32(data: unknown, start = 0): number {
  let sum = ~start;
  for (const byte of bytesOf(data)) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xed_b8_83_20 : sum >>> 1;
  }
  return ~sum >>> 0;
}
