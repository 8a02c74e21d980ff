// One artifact, written over and over: each write costs the host a copy and a hash.
const part = new Uint8Array(1 * 2 ** 20);
for (;;) await artifacts.write('same', part);
