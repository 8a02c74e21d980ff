// Memory outside the heap: buffers of several kinds, large, growing, and small in great number.
const kept = [];
const shapes = {
  large: () => kept.push(new Uint8Array(2 ** 24).fill(1)),
  small: () => kept.push(new ArrayBuffer(1_000)),
  resizable: () => { const buffer = new ArrayBuffer(0, { maxByteLength: 2 ** 30 }); kept.push(buffer); for (let size = 2 ** 20; size <= 2 ** 30; size += 2 ** 20) { buffer.resize(size); new Uint8Array(buffer).fill(1, size - 2 ** 20); } },
  reserved: () => kept.push(new ArrayBuffer(1, { maxByteLength: 2 ** 32 })),
  mapped: () => kept.push(new ArrayBuffer(1, { maxByteLength: 2 ** 16 })),
  cloned: () => kept.push(structuredClone(new Uint8Array(2 ** 20).fill(2))),
  encoded: () => kept.push(new TextEncoder().encode('x'.repeat(2 ** 20))),
  transferred: () => kept.push(new Uint8Array(2 ** 20).fill(1).buffer.transfer(2 ** 22)),
};
for (;;) {
  try {
    shapes[params.kind]();
  } catch {
    // An allocation that fails is answered by the next one.
  }
}
