// WebAssembly exception tags, promise integration and shared memory are not there, however asked for
// (GHSA-ffh4-j6h5-pg66, GHSA-6j2x-vhqr-qr7q).
async function execute() {
  const names = ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'ShadowRealm', 'Worker', 'gc', 'd8', '$262', '$vm', 'process', 'require', 'Deno', 'Bun', 'ivm', '_ivm', '__castellan'];
  const makers = [(code) => (0, eval)(code), (code) => Function(`return ${code}`)(), (code) => new (async () => 1).constructor(`return ${code}`)()];
  const found = [];
  for (const name of names) {
    for (const make of makers) if ((await make(`typeof ${name}`)) !== 'undefined') found.push(name);
    if (name in globalThis || Object.getOwnPropertyNames(globalThis).includes(name)) found.push(name);
  }
  return found;
}
