import assert from 'node:assert/strict';
import { test } from 'node:test';
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

/** Data that Node compressed: every fault in it must be found, in each format. */
test('DecompressionStream refuses data that is cut, damaged or followed by more', async () => {
  using guest = new Guest();
  const results = await guest.runAsync(`
    const pack = async (format) => new Uint8Array(await new Response(
      new Blob(['hello hello']).stream().pipeThrough(new CompressionStream(format))).arrayBuffer());
    const unpack = async (format, bytes) => {
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format));
      try { return await new Response(stream).text(); } catch (error) { return error.name; }
    };
    const out = [];
    for (const format of ['gzip', 'deflate']) {
      const bytes = await pack(format);
      const damaged = bytes.slice(); damaged[bytes.length - 1] ^= 1;
      out.push([await unpack(format, bytes), await unpack(format, bytes.slice(0, -1)),
        await unpack(format, damaged), await unpack(format, new Uint8Array([...bytes, 0]))]);
    }
    return out;`);
  const wrong = ['TypeError', 'TypeError', 'TypeError'];
  assert.deepEqual(results, [
    ['hello hello', ...wrong],
    ['hello hello', ...wrong],
  ]);
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
