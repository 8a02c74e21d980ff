/** Node's binding of zlib, Brotli and Zstandard, as its JavaScript uses it, over the runner's. */
import { callerOf } from '../../native/caller.ts';
import { compressors, crossing } from '../../native/wire.ts';
import buffer from '../buffer.ts';
import { plainKinds } from '../native-kinds.ts';

type Step = readonly [made: Uint8Array, left: number, isFull: boolean, failure: Failure | null];
type Failure = readonly [message: string, errno: number, code: string];

const call = callerOf(castellan.native, plainKinds);

/** Node numbers its kinds of compression, from 1, in this order. */
const kindOf = (mode: number): string => compressors[mode - 1] ?? '';

const nothing = new Uint8Array(0);

/** One compression: its steps work at once, on a part of the input that a message may hold. */
class Handle {
  onerror: ((...failure: Failure) => void) | undefined;
  readonly #kind: string;
  #id = 0;
  #state: Uint32Array = new Uint32Array(2);
  #written: (() => void) | undefined;
  /** Output that had no room yet, whether there is more of it, and what went wrong behind it. */
  #made: Uint8Array = nothing;
  #isFull = false;
  #failure: Failure | null = null;

  constructor(kind: string) {
    this.#kind = kind;
  }

  protected open(options: object, state: Uint32Array, written: () => void): void {
    this.#state = state;
    this.#written = written;
    this.#id = call('compress', [this.#kind, options]) as number;
  }

  write(...values: Parameters<Handle['writeSync']>): void {
    this.writeSync(...values);
    globalThis.setImmediate(() => {
      // After an error Node's does not call back.
      if (this.#failure === null) this.#written?.call(this);
    });
  }

  writeSync(
    flush: number,
    input: Uint8Array,
    inputAt: number,
    length: number,
    output: Uint8Array,
    outputAt: number,
    room: number,
  ): void {
    let left = length;
    let space = room;
    let isDue = this.#made.length === 0 && !this.#isFull;
    for (;;) {
      space -= this.#give(output, outputAt + room - space, space);
      if (this.#made.length > 0) break;
      if (this.#failure !== null) return this.onerror?.(...this.#failure);
      if (space === 0 || !(isDue || this.#isFull || left > 0)) break;
      isDue = false;
      const size = Math.min(left, crossing);
      const part = new Uint8Array(input.buffer, input.byteOffset + inputAt + length - left, size);
      // Only the end of the input is flushed; 0 stands for no flush in all three libraries.
      const [made, rest, isFull, failure] = call('compressed', [
        this.#id,
        size === left ? flush : 0,
        part,
      ]) as Step;
      this.#made = made;
      this.#isFull = isFull;
      this.#failure = failure;
      left -= size - rest;
      // It wants no more: the compressed data has come to its end.
      if (!isFull && rest > 0 && made.length <= space && failure === null) {
        space -= this.#give(output, outputAt + room - space, space);
        break;
      }
    }
    this.#state[0] = space;
    this.#state[1] = left;
  }

  /** What has been made, as far as there is room. Its memory is freed at once: a collection may come late. */
  #give(output: Uint8Array, at: number, room: number): number {
    const given = this.#made.subarray(0, room);
    output.set(given, at);
    this.#made = this.#made.subarray(given.length);
    if (this.#made.length > 0 || given.length === 0) return given.length;
    const { length } = given;
    (this.#made.buffer as ArrayBuffer).transfer(0);
    this.#made = nothing;
    return length;
  }

  params(level: number, strategy: number): void {
    this.#tell(call('compressedBy', [this.#id, level, strategy]) as Failure | null);
  }

  reset(): void {
    this.#made = nothing;
    this.#isFull = false;
    this.#tell(call('compressAnew', [this.#id]) as Failure | null);
  }

  #tell(failure: Failure | null): void {
    this.#failure = failure;
    if (failure !== null) this.onerror?.(...failure);
  }

  close(): void {
    call('compressNoMore', [this.#id]);
  }
}

/** Options of Node's constructors, of which each checks its own again. */
const present = (options: object): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/** An array with `-1` for what is not set. */
function paramsOf(values: Uint32Array): object {
  const set = [...values].map((value, key) => [key, value] as const);
  return Object.fromEntries(set.filter(([, value]) => value !== 2 ** 32 - 1));
}

class Zlib extends Handle {
  constructor(mode: number) {
    super(kindOf(mode));
  }

  init(
    windowBits: number,
    level: number,
    memLevel: number,
    strategy: number,
    state: Uint32Array,
    written: () => void,
    dictionary: unknown,
  ): void {
    const options = { windowBits, level, memLevel, strategy, dictionary };
    this.open(present(options), state, written);
  }
}

class Brotli extends Handle {
  constructor(mode: number) {
    super(kindOf(mode));
  }

  init(params: Uint32Array, state: Uint32Array, written: () => void, dictionary: unknown): void {
    this.open(present({ params: paramsOf(params), dictionary }), state, written);
  }
}

class Zstd extends Handle {
  init(
    params: Uint32Array,
    pledgedSrcSize: unknown,
    state: Uint32Array,
    written: () => void,
    dictionary: unknown,
  ): void {
    const options = { params: paramsOf(params), pledgedSrcSize, dictionary };
    this.open(present(options), state, written);
  }
}

class ZstdCompress extends Zstd {
  constructor() {
    super('ZstdCompress');
  }
}

class ZstdDecompress extends Zstd {
  constructor() {
    super('ZstdDecompress');
  }
}

export const binding = {
  Zlib,
  BrotliEncoder: Brotli,
  BrotliDecoder: Brotli,
  ZstdCompress,
  ZstdDecompress,
  crc32: (data: string | Uint8Array, value: number): unknown => {
    let sum = value;
    const bytes =
      typeof data === 'string'
        ? buffer.Buffer.from(data)
        : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let at = 0; at < bytes.length || at === 0; at += crossing) {
      sum = call('crc32', [bytes.subarray(at, at + crossing), sum]) as number;
    }
    return sum;
  },
};
