import { type compressors, crossing, type Native, type NativeFailure } from '../../native/wire.ts';
import { discard } from '../buffers.ts';
import { bytesSlice } from '../natives.ts';

const { fromCharCode } = String;
const { parse } = JSON;

/** zlib's own numbers. */
const noFlush = 0;
const finish = 4;

type Enqueue = (value: unknown) => void;

/** What the runner says of one step, after `[0, …]`: see `wire.ts`. */
type Step = readonly [
  'list',
  readonly [
    output: unknown,
    left: number,
    isFull: boolean,
    failure: null | readonly ['list', readonly [message: string, errno: number, code: string]],
    sum: number,
  ],
];

export const moreData = 'There is more data after the end of the compressed data';

/** One compression or decompression of the runner's. */
export class Zlib {
  readonly #native: Native;
  readonly #id: number;
  /** The CRC-32 of all output, if it is counted. */
  sum = 0;

  private constructor(native: Native, id: number) {
    this.#native = native;
    this.#id = id;
  }

  static open(
    native: Native | undefined,
    kind: (typeof compressors)[number],
    isSummed: boolean,
  ): Zlib | undefined {
    if (native === undefined) return undefined;
    const opened = native(`["compress","${kind}",["object",{}],${isSummed}]`, '') as string;
    if (opened === '') return undefined;
    const [isFailed, id] = parse(opened) as readonly [0, number] | readonly [1, NativeFailure];
    if (isFailed === 1) throw new TypeError(id.message);
    return new Zlib(native, id);
  }

  /** Returns the rest of the input: what is behind the end of compressed data. */
  write(input: Uint8Array, enqueue: Enqueue): Uint8Array {
    for (let at = 0; at < input.length; at += crossing) {
      const part = bytesSlice(input, at, at + crossing);
      const left = this.#step(part, noFlush, enqueue);
      if (left > 0) return bytesSlice(input, at + part.length - left);
    }
    return bytesSlice(input, input.length);
  }

  /** Throws when compressed data has not come to its end. */
  end(enqueue: Enqueue): void {
    this.#step(new Uint8Array(), finish, enqueue);
    this.close();
  }

  close(): void {
    this.#native(`["compressNoMore",${this.#id}]`, '');
  }

  fail(message: string): never {
    this.close();
    throw new TypeError(message);
  }

  /** Returns how much of the input is left. */
  #step(input: Uint8Array, flush: number, enqueue: Enqueue): number {
    for (let rest = input; ;) {
      const call = `["compressed",${this.#id},${flush},["bytes","Uint8Array",0,${rest.length}]]`;
      const reply = this.#native(call, rest) as Uint8Array<ArrayBuffer> | string;
      if (typeof reply === 'string') return this.fail('The data could not be processed');
      const length = new DataView(reply.buffer, reply.byteOffset).getUint32(0, true);
      let json = '';
      for (let at = 4; at < 4 + length; at++) json += fromCharCode(reply[at]!);
      const [, [, [, left, isFull, failure, sum]]] = parse(json) as readonly [0, Step];
      const output = bytesSlice(reply, 4 + length);
      discard(reply);
      this.sum = sum;
      if (output.length > 0) enqueue(output);
      if (failure !== null) this.fail(`The compressed data is not valid: ${failure[1][0]}`);
      if (!isFull) return left;
      rest = bytesSlice(rest, rest.length - left);
    }
  }
}
