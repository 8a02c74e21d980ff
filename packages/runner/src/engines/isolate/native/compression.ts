import { compressors } from '../../../guest/native/wire.ts';
import { Refused } from './refused.ts';

const zlib = (): typeof import('node:zlib') => process.getBuiltinModule('node:zlib');

/** The part of a stream of Node's below its JavaScript, which works at once and in steps. */
interface Handle {
  writeSync(
    flush: number,
    input: Uint8Array,
    inputAt: number,
    inputLength: number,
    output: Uint8Array,
    outputAt: number,
    outputLength: number,
  ): void;
  params(level: number, strategy: number): void;
  reset(): void;
}

interface Stream {
  on(event: 'error', listener: () => void): void;
  destroy(): void;
}

/** Node's own. */
const chunk = 16_384;

type Failure = readonly [message: string, errno: number, code: string];

/**
 * One compression or decompression of Node's. Node's own constructor checks the options, since its native
 * part aborts the process for wrong ones.
 */
export class Compression implements Disposable {
  readonly #stream: Stream;
  readonly #handle: Handle;
  /** How much room and input the last step has left. */
  readonly #state: Uint32Array;
  #failure: Failure | null = null;
  /** The CRC-32 of all output; undefined for one that nobody asks for. */
  #sum: number | undefined;

  constructor(kind: unknown, options: unknown, isSummed = false) {
    const known = compressors.find((name) => name === kind);
    if (known === undefined) throw new Refused('No such compression');
    const make = zlib()[`create${known}`] as unknown as (options: unknown) => Stream;
    this.#stream = make({ ...(options as object), chunkSize: 64 });
    this.#stream.on('error', () => undefined);
    this.#handle = Reflect.get(this.#stream, '_handle') as Handle;
    this.#state = Reflect.get(this.#stream, '_writeState') as Uint32Array;
    const onerror = (...failure: Failure): void => void (this.#failure = failure);
    Object.assign(this.#handle, { onerror });
    if (isSummed) this.#sum = 0;
  }

  /**
   * Works on `input` until it is read or there is no room for more output, 16 KiB at a time as Node does.
   * Returns what it has written to `output`, whose length is a multiple of that, how much input is left, whether there is more to come, what went wrong,
   * and the checksum of all that was ever written.
   */
  write(flush: unknown, input: Uint8Array, output: Uint8Array): unknown[] {
    const kind = wholeIn(flush, 0, 5);
    let written = 0;
    let left = input.length;
    let isFull = true;
    while (isFull && written < output.length) {
      this.#handle.writeSync(kind, input, input.length - left, left, output, written, chunk);
      if (this.#failure !== null) break;
      const [room = 0, rest = 0] = this.#state;
      written += chunk - room;
      left = rest;
      isFull = room === 0;
    }
    const failure = this.#failure;
    this.#failure = null;
    const made = output.subarray(0, written);
    if (this.#sum !== undefined) this.#sum = crc32(made, this.#sum);
    return [made, left, isFull, failure, this.#sum ?? 0];
  }

  params(level: unknown, strategy: unknown): Failure | null {
    return this.#done(() => this.#handle.params(wholeIn(level, -1, 9), wholeIn(strategy, 0, 4)));
  }

  reset(): Failure | null {
    return this.#done(() => this.#handle.reset());
  }

  #done(work: () => void): Failure | null {
    work();
    const failure = this.#failure;
    this.#failure = null;
    return failure;
  }

  [Symbol.dispose](): void {
    this.#stream.destroy();
  }
}

export const crc32 = (data: string | Uint8Array, value: unknown): number =>
  zlib().crc32(data, wholeIn(value, 0, 2 ** 32 - 1));

function wholeIn(value: unknown, least: number, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Refused(`A number from ${least} to ${most} is needed, not ${String(value)}`);
}
