// Memory that was somebody else's: what `allocUnsafe`, shared buffers and heaps hold when they are new.
const { report } = require('./report.js');
const r = report();
let looked = 0;
for (let round = 0; round < 60; round++) {
  for (const bytes of [Buffer.allocUnsafeSlow(2 ** 19), Buffer.allocUnsafe(4_000), new Uint8Array(new SharedArrayBuffer(2 ** 16))]) {
    looked += bytes.length;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    // Of its own, the program knows the word alone, which may be left of its source in memory like this.
    for (const [found] of text.matchAll(/canary-[0-9a-f]{24}/g)) r.reach(found);
  }
  r.attempt('a round', () => looked);
}
const stream = require('node:v8').getHeapSnapshot();
let before = '';
for await (const chunk of stream) {
  const text = before + chunk;
  for (const [found] of text.matchAll(/canary-[0-9a-f]{24}/g)) r.reach(found);
  before = text.slice(-60);
}
return r.done();
