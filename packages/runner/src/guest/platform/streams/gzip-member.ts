/** One member of a gzip file (RFC 1952): what is wrapped around its compressed data. */
import { inputOf, type Steps } from './transforms.ts';
import { moreData, type Zlib } from './zlib.ts';

const flags = { headCrc: 2, extra: 4, name: 8, comment: 16, unknown: 0xe0 } as const;
const deflated = 8;
const tailLength = 8;

/** Takes a byte at a time, whatever chunks they come in; returns what is wrong with them, if anything. */
type Reader = Generator<undefined, string | undefined, number>;

/** `zlib` inflates what is between head and tail, and counts its checksum. */
export function gunzipSteps(zlib: Zlib): Steps {
  const head = readHead();
  head.next();
  let part: 'head' | 'data' | 'tail' = 'head';
  let length = 0;
  const tail: number[] = [];

  function readPart(input: Uint8Array): Uint8Array {
    for (let at = 0; at < input.length; at++) {
      const { done, value } = head.next(input[at]!);
      if (done !== true) continue;
      if (value !== undefined) zlib.fail(`The compressed data is not valid: ${value}`);
      part = 'data';
      return input.subarray(at + 1);
    }
    return input.subarray(input.length);
  }

  return {
    transform(chunk, enqueue) {
      let rest = inputOf(chunk);
      if (part === 'head') rest = readPart(rest);
      if (part === 'data') {
        rest = zlib.write(rest, (output) => {
          length = (length + (output as Uint8Array).length) >>> 0;
          enqueue(output);
        });
        if (rest.length > 0) part = 'tail';
      }
      if (part !== 'tail') return;
      for (let at = 0; at < rest.length; at++) {
        if (tail.length === tailLength) zlib.fail(moreData);
        tail[tail.length] = rest[at]!;
        if (tail.length < tailLength) continue;
        const [sum, size] = [uint32(tail, 0), uint32(tail, 4)];
        if (sum !== zlib.sum) zlib.fail('The compressed data is not valid: incorrect data check');
        if (size !== length) zlib.fail('The compressed data is not valid: incorrect length check');
      }
    },
    flush(enqueue) {
      if (tail.length < tailLength) zlib.fail('The compressed data ends too early');
      zlib.end(enqueue);
    },
    cancel: () => zlib.close(),
  };
}

function* readHead(): Reader {
  let sum = -1;
  function* next(): Generator<undefined, number, number> {
    const byte = yield;
    sum = crc32(sum, byte);
    return byte;
  }
  function* skipText(): Generator<undefined, void, number> {
    while ((yield* next()) !== 0);
  }

  if ((yield* next()) !== 0x1f || (yield* next()) !== 0x8b) return 'incorrect header check';
  if ((yield* next()) !== deflated) return 'unknown compression method';
  const set = yield* next();
  if ((set & flags.unknown) !== 0) return 'unknown header flags set';
  // A time, what the compression was tuned for, and the system.
  for (let count = 0; count < 6; count++) yield* next();
  if ((set & flags.extra) !== 0) {
    const length = (yield* next()) | ((yield* next()) << 8);
    for (let count = 0; count < length; count++) yield* next();
  }
  if ((set & flags.name) !== 0) yield* skipText();
  if ((set & flags.comment) !== 0) yield* skipText();
  if ((set & flags.headCrc) === 0) return undefined;
  const expected = ~sum & 0xffff;
  const found = (yield* next()) | ((yield* next()) << 8);
  return found === expected ? undefined : 'header crc mismatch';
}

/** One step of the checksum; heads are short. */
function crc32(sum: number, byte: number): number {
  let next = sum ^ byte;
  for (let bit = 0; bit < 8; bit++) next = (next >>> 1) ^ (next & 1 ? 0xedb88320 : 0);
  return next;
}

function uint32(bytes: readonly number[], at: number): number {
  return (
    (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  );
}
