import { crossing, type Native } from '../../native/wire.ts';
import { bytesSlice } from '../natives.ts';
import { inputOf, type Steps } from './transforms.ts';

const { fromCharCode } = String;
const { parse } = JSON;

const kinds = { deflate: 'Deflate', 'deflate-raw': 'DeflateRaw', gzip: 'Gzip' } as const;
/** zlib's own numbers. */
const noFlush = 0;
const finish = 4;

/** What the runner says of one step, after `[0, …]`: see `wire.ts`. */
type Step = readonly ['list', readonly [output: unknown, left: number, isFull: boolean]];

/** The compression of a format by Node; undefined where there is none. */
export function nativeCompression(
  native: Native | undefined,
  format: keyof typeof kinds,
): Steps | undefined {
  if (native === undefined) return undefined;
  const opened = native(`["compress","${kinds[format]}",["object",{}]]`, '') as string;
  if (opened === '') return undefined;
  const [isFailed, id] = parse(opened) as [number, number | { readonly message: string }];
  if (isFailed === 1) throw new TypeError((id as { readonly message: string }).message);

  function write(input: Uint8Array, flush: number, enqueue: (value: unknown) => void): void {
    for (let rest = input; ;) {
      const call = `["compressed",${id as number},${flush},["bytes","Uint8Array",0,${rest.length}]]`;
      const reply = native!(call, rest);
      if (typeof reply === 'string') throw new TypeError('The data could not be compressed');
      const length = new DataView(reply.buffer, reply.byteOffset).getUint32(0, true);
      let json = '';
      for (let at = 4; at < 4 + length; at++) json += fromCharCode(reply[at]!);
      const [, [, [, left, isFull]]] = parse(json) as readonly [0, Step];
      const output = bytesSlice(reply, 4 + length);
      if (output.length > 0) enqueue(output);
      if (!isFull) return;
      rest = bytesSlice(rest, rest.length - left);
    }
  }

  return {
    transform(chunk, enqueue) {
      const input = inputOf(chunk);
      for (let at = 0; at < input.length; at += crossing) {
        write(bytesSlice(input, at, at + crossing), noFlush, enqueue);
      }
    },
    flush(enqueue) {
      write(new Uint8Array(), finish, enqueue);
      native(`["compressNoMore",${id as number}]`, '');
    },
  };
}
