import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { Guest } from '../guest.support.ts';
import { sameAsNode } from '../same-as-node.support.ts';

const collect = `const all = async (stream) => { const out = []; for await (const chunk of stream) out.push(chunk); return out; };
  const text = async (stream) => new TextDecoder().decode(new Uint8Array((await all(stream)).flatMap((chunk) => [...chunk])));
  const name = async (work) => { try { return await work(); } catch (error) { return error.name; } };`;

test('streams behave as in Node', async (t) => {
  await sameAsNode(
    t,
    [
      `return all(new ReadableStream({ start(c) { c.enqueue(1); c.enqueue('x'); c.close(); } }))`,
      `return all(ReadableStream.from((async function* () { yield 1; yield 2; })()))`,
      `const r = new ReadableStream({ type: 'bytes', pull(c) { const { view } = c.byobRequest; view[0] = 7; c.byobRequest.respond(1); } })
        .getReader({ mode: 'byob' }); const { value, done } = await r.read(new Uint8Array(4)); return [[...value], done]`,
      `const [a, b] = ReadableStream.from(['p', 'q']).tee(); return [await all(a), await all(b)]`,
      `const seen = []; await ReadableStream.from([1, 2]).pipeTo(new WritableStream({ write: (x) => void seen.push(x), close: () => void seen.push('end') })); return seen`,
      `return all(ReadableStream.from([1, 2]).pipeThrough(new TransformStream({ transform: (x, c) => c.enqueue(x * 2), flush: (c) => c.enqueue('f') })))`,
      `return name(() => ReadableStream.from([1]).pipeTo(new WritableStream(), { signal: AbortSignal.abort() }))`,
      `const s = new ReadableStream(); s.getReader(); return [s.locked, await name(() => s.getReader()), await name(() => s.cancel())]`,
      `let reason; const s = new ReadableStream({ cancel(r) { reason = r; } }); await s.cancel('why'); return reason`,
      `return [new CountQueuingStrategy({ highWaterMark: 3 }).size(), new ByteLengthQueuingStrategy({ highWaterMark: 3 }).size(new Uint8Array(5))]`,
      `const it = new ReadableStream().values(); return Object.keys(Object.getPrototypeOf(it))`,
      `const w = new WritableStream({ write() { throw new RangeError('w'); } }).getWriter(); w.write(1).catch(() => {}); return name(() => w.closed)`,
      `return all(ReadableStream.from(['\\ud83d', '\\ude00x', '\\ud83d']).pipeThrough(new TextEncoderStream())).then((l) => l.map((c) => [...c]))`,
      `return all(ReadableStream.from([[0xf0, 0x9f], [0x98, 0x80, 0x41]].map((b) => new Uint8Array(b))).pipeThrough(new TextDecoderStream()))`,
      `const { encoding, fatal, ignoreBOM } = new TextDecoderStream('utf-16le', { fatal: true }); return [encoding, fatal, ignoreBOM, new TextEncoderStream().encoding]`,
      `return name(() => all(ReadableStream.from([new Uint8Array([0xff])]).pipeThrough(new TextDecoderStream('utf-8', { fatal: true }))))`,
      ...['gzip', 'deflate', 'deflate-raw'].map(
        (format) => `const bytes = new TextEncoder().encode('to and fro '.repeat(5000));
          const packed = ReadableStream.from([bytes.slice(0, 99), bytes.slice(99)]).pipeThrough(new CompressionStream('${format}'));
          return (await text(packed.pipeThrough(new DecompressionStream('${format}')))).length`,
      ),
      `return name(() => new CompressionStream('br' + 'x'))`,
      `return name(() => all(ReadableStream.from([new Uint8Array([1, 2, 3])]).pipeThrough(new DecompressionStream('gzip'))))`,
    ].map((program) => `${collect} ${program}`),
  );
});

const unpacking = `
  const unpack = async (format, chunks) => {
    const stream = ReadableStream.from(chunks.map((chunk) => new Uint8Array(chunk)))
      .pipeThrough(new DecompressionStream(format));
    try { return await new Response(stream).text(); } catch (error) { return error.name; }
  };`;

const text = 'hello hello';
const packed = {
  gzip: gzipSync(text),
  deflate: deflateSync(text),
  'deflate-raw': deflateRawSync(text),
};

/** With every part that a head may have: an extra field, a name, a comment and its own checksum. */
function fullMember(): Buffer {
  const head = Buffer.from('1f8b081f00000000000303006162636e616d6500776f726400', 'hex');
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE(crc32(head) & 0xffff);
  return Buffer.concat([head, sum, packed.gzip.subarray(10)]);
}

for (const hasNatives of [true, false]) {
  const by = hasNatives ? 'Node' : 'the port';
  type Packed = readonly [format: string, chunks: readonly Uint8Array[]];
  const unpack = (all: readonly Packed[]): Promise<unknown> => {
    using guest = new Guest();
    guest.hasNatives = hasNatives;
    const given = all.map(([format, chunks]) => [format, chunks.map((chunk) => [...chunk])]);
    const program = `(await Promise.all(${JSON.stringify(given)}.map((one) => unpack(...one))))`;
    return guest.runAsync(`${unpacking} return ${program}`);
  };

  test(`DecompressionStream refuses data that is cut, damaged or followed by more, with ${by}`, async () => {
    for (const [format, bytes] of Object.entries(packed)) {
      const damaged = Buffer.from(bytes);
      damaged[format === 'deflate-raw' ? 0 : bytes.length - 1]! ^= 7;
      const wrong = [
        [bytes.subarray(0, -1)],
        [damaged],
        [Buffer.concat([bytes, Buffer.alloc(1)])],
        [bytes, Buffer.alloc(1)],
        [bytes, bytes],
        [Buffer.concat([bytes, bytes])],
        [],
      ];
      const found = await unpack([[bytes], ...wrong].map((chunks) => [format, chunks]));
      assert.deepEqual(found, [text, ...wrong.map(() => 'TypeError')], format);
    }
  });

  test(`DecompressionStream reads all that gzip may begin with, a byte at a time, with ${by}`, async () => {
    const member = fullMember();
    // The magic number, the method, unknown flags, the name (by its sum), the sum of the data, and its length.
    const damaged = [0, 1, 2, 3, 15, 25, member.length - 8, member.length - 1].map((at) => {
      const copy = Buffer.from(member);
      copy[at]! ^= 0xe8;
      return copy;
    });
    const bytes = Array.from(member, (byte) => Buffer.of(byte));
    const found = await unpack(
      [[member], bytes, ...damaged.map((one) => [one])].map((chunks) => ['gzip', chunks]),
    );
    assert.deepEqual(found, [text, text, ...damaged.map(() => 'TypeError')]);
  });
}

test('streams of compression that are given up leave nothing open in the runner', async () => {
  using guest = new Guest();
  const opened = await guest.runAsync(`
    for (let count = 0; count < 2_200; count++) {
      const { readable, writable } = new (count % 2 ? DecompressionStream : CompressionStream)('gzip');
      await Promise.all([readable.cancel(), writable.abort().catch(() => {})]);
    }
    return new CompressionStream('gzip') instanceof CompressionStream`);
  assert.equal(opened, true);
});

test('structuredClone transfers a readable stream and locks the original', async () => {
  using guest = new Guest();
  assert.deepEqual(
    await guest.runAsync(`
      const stream = ReadableStream.from([{ a: 1 }, 2]);
      const moved = structuredClone(stream, { transfer: [stream] });
      const chunks = []; for await (const chunk of moved) chunks.push(chunk);
      let name; try { structuredClone(stream); } catch (error) { name = error.name; }
      return [chunks, stream.locked, name];`),
    [[{ a: 1 }, 2], true, 'DataCloneError'],
  );
});
