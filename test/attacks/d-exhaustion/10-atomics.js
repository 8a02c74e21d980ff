// Atomics.wait would stop the thread without using any time; it is not there.
const shared = new SharedArrayBuffer(8);
Atomics.wait(new Int32Array(shared), 0, 0);
