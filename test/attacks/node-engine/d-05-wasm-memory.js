// Memory of WebAssembly, which no heap limit knows.
const all = [];
for (;;) {
  const memory = new WebAssembly.Memory({ initial: 1_000 });
  new Uint8Array(memory.buffer).fill(1);
  all.push(memory);
}
