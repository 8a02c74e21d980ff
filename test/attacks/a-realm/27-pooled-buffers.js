// The pool behind a small buffer: bytes beside the view must not travel or be seen
// (GHSA-489w-w794-jq94).
async function execute() {
  const pool = new TextEncoder().encode('left-SECRET-right');
  await artifacts.write('part.bin', pool.subarray(5, 11));
  await artifacts.write('view.bin', new DataView(pool.buffer, pool.byteOffset + 5, 6));
  await artifacts.write('words.bin', new Uint16Array(pool.buffer, pool.byteOffset + 6, 2));
  const sizes = ['a', 'abc', 'x'.repeat(100)].map((text) => {
    const bytes = new TextEncoder().encode(text);
    return [bytes.byteOffset, bytes.buffer.byteLength - bytes.length];
  });
  const fresh = new Uint8Array(1 << 20);
  return { sizes, dirty: fresh.findIndex((byte) => byte !== 0), cloned: structuredClone(pool.subarray(5, 11)).buffer.byteLength };
}
