import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeFrame,
  type FrameCap,
  FrameError,
  FrameReader,
  FrameTooLarge,
  upTo,
} from './frames.ts';

const runs = Number(process.env['CASTELLAN_FUZZ_RUNS'] ?? 3_000);
const cap: FrameCap = (type) => (type < 8 ? upTo(4_096) : undefined);

/** Cuts `bytes` at these positions and returns the frames that a reader makes of the pieces. */
function readInPieces(bytes: Uint8Array, cuts: readonly number[]): [number, string, number[]][] {
  const reader = new FrameReader(cap);
  const found: [number, string, number[]][] = [];
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  let from = 0;
  for (const to of places) {
    for (const frame of reader.push(bytes.slice(from, to))) {
      found.push([frame.type, frame.json, [...frame.bytes]]);
    }
    from = to;
  }
  assert.equal(reader.midFrame, false);
  return found;
}

const anyFrame = fc.tuple(fc.nat(7), fc.json({ maxDepth: 3 }), fc.uint8Array({ maxLength: 200 }));

test('FrameReader gives back what encodeFrame made, however the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(anyFrame, { maxLength: 5 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (frames, cuts) => {
        const bytes = Buffer.concat(
          frames.map(([type, json, data]) => encodeFrame(type, json, data)),
        );
        assert.deepEqual(
          readInPieces(bytes, cuts),
          frames.map(([type, json, data]) => [type, json, [...data]]),
        );
      },
    ),
    { numRuns: runs / 10 },
  );
});

test('FrameReader answers any bytes with frames or a FrameError, and holds no more than one frame', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 }), (chunks) => {
      const reader = new FrameReader(cap);
      try {
        for (const chunk of chunks) {
          for (const { type, json, bytes } of reader.push(chunk)) {
            assert.ok(type < 8 && json.length <= 4_096 && bytes.length <= 4_096);
          }
        }
      } catch (error) {
        assert.ok(error instanceof FrameError);
      }
    }),
    { numRuns: runs },
  );
});

test('FrameReader answers a damaged stream with frames or a FrameError', () => {
  fc.assert(
    fc.property(
      fc.array(anyFrame, { minLength: 1, maxLength: 3 }),
      fc.nat(),
      fc.nat(255),
      (frames, at, byte) => {
        const bytes = Buffer.concat(
          frames.map(([type, json, data]) => encodeFrame(type, json, data)),
        );
        bytes[at % bytes.length] = byte;
        try {
          for (const frame of new FrameReader(cap).push(bytes)) assert.ok(frame.type < 8);
        } catch (error) {
          assert.ok(error instanceof FrameError);
        }
      },
    ),
    { numRuns: runs },
  );
});

test('FrameReader refuses before it buffers: unknown types, lengths above the cap, lengths that do not fit', () => {
  const header = (length: number, type: number, jsonLength: number): Uint8Array => {
    const bytes = new Uint8Array(9);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, length, true);
    view.setUint8(4, type);
    view.setUint32(5, jsonLength, true);
    return bytes;
  };
  const push = (bytes: Uint8Array): unknown => [...new FrameReader(cap).push(bytes)];
  assert.throws(() => push(header(5, 9, 0)), FrameError);
  assert.throws(() => push(header(0xffff_ffff, 1, 0)), FrameTooLarge);
  assert.throws(() => push(header(5 + 4_097, 1, 0)), /4097 bytes of data, 4096 are allowed/);
  assert.throws(() => push(header(5 + 4_097, 1, 4_097)), /4097 bytes of JSON, 4096 are allowed/);
  assert.throws(() => push(header(4, 1, 0)), FrameError);
  assert.throws(() => push(header(5, 1, 1)), FrameError);
  assert.throws(() => push(new Uint8Array([...header(6, 1, 1), 0xff])), /UTF-8/);
  assert.deepEqual(push(header(5 + 4_096, 1, 0)), []);
  assert.deepEqual(push(header(5 + 2 * 4_096, 1, 4_096)), []);
});

test('FrameReader gives bytes that are a copy of their own', () => {
  const source = encodeFrame(1, '{}', new Uint8Array([1, 2, 3]));
  const [frame] = [...new FrameReader(cap).push(source)];
  source.fill(0);
  assert.deepEqual([...(frame?.bytes ?? [])], [1, 2, 3]);
  assert.equal(frame?.bytes.buffer.byteLength, 3);
});
