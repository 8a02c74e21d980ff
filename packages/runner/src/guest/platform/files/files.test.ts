import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guest } from '../guest.support.ts';
import { sameAsNode } from '../same-as-node.support.ts';

test('blobs and files behave as in Node', async (t) => {
  await sameAsNode(t, [
    `const b = new Blob(['a\\ud800', new Uint8Array([98, 99]).subarray(1), new DataView(new ArrayBuffer(2)), new Blob(['d'])], { type: 'Text/X' });
      return [b.size, b.type, [...new Uint8Array(await b.arrayBuffer())], await b.text()]`,
    `const b = new Blob(['0123456789']); return Promise.all([[2], [2, 4], [-3], [-3, -1], [5, 2], [0, 99], [NaN]].map((r) => b.slice(...r).text()))`,
    `return ['\\u00e9', 'a\\u0000', 'A/B'].map((type) => new Blob([], { type }).type)`,
    `const seen = []; const part = (n) => ({ toString() { seen.push(n); return n; } }); let parts = [part('a'), part('b'), part('c')];
      parts[0] = { toString() { parts.pop(); return 'first'; } }; const b = new Blob(parts); return [await b.text(), seen]`,
    `return [null, 5, 'text', {}].map((parts) => { try { return new Blob(parts).size; } catch (error) { return error.name; } })`,
    `return new Blob(['a\\r\\nb\\rc\\n'], { endings: 'native' }).text()`,
    `return [...await new Blob(['xyz']).bytes()]`,
    `const r = new Blob(['hello']).stream().getReader({ mode: 'byob' }); const { value } = await r.read(new Uint8Array(3)); return [...value]`,
    `const f = new File(['abc'], 'n\\ud800.txt', { type: 'text/plain', lastModified: 12 }); return [f.name, f.lastModified, f.size, f.type, await f.text(), String(f), f instanceof Blob]`,
    `try { new File(['x']); } catch (error) { return error.name; }`,
    `const c = structuredClone({ b: new Blob(['q'], { type: 'a/b' }) }); return [c.b.type, await c.b.text()]`,
  ]);
});

test('structuredClone keeps a file a file, and an object URL leads to its blob until revoked', async () => {
  using guest = new Guest();
  assert.deepEqual(
    await guest.runAsync(`
      const file = structuredClone(new File(['q'], 'n', { lastModified: 5 }));
      const url = URL.createObjectURL(file);
      const text = await (await fetch(url)).text();
      const early = new Request(url);
      URL.revokeObjectURL(url);
      const after = await fetch(url).catch((error) => error.message);
      let refused; try { URL.createObjectURL({}); } catch (error) { refused = error.name; }
      return [file instanceof File, file.name, file.lastModified, /^blob:null\\/[0-9a-f-]{36}$/.test(url), text, after, refused,
        await (await fetch(early.clone())).text()];`),
    [true, 'n', 5, true, 'q', 'fetch failed', 'TypeError', 'q'],
  );
});
