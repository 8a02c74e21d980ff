// Buffers outside the heap.
const all = [];
for (;;) all.push(Buffer.alloc(2 ** 22, 1));
