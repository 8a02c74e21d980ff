// A call whose frame holds a hundred megabytes of empty objects, written from one small buffer.
const fs = require('node:fs');
const start = Buffer.from('{"id":1,"path":"nope","args":"[]","x":[{}');
const piece = Buffer.from(',{}'.repeat(21_845));
const rounds = 1_530;
const head = Buffer.alloc(9);
const length = start.length + piece.length * rounds + 2;
head.writeUInt32LE(5 + length, 0);
head[4] = 6;
head.writeUInt32LE(length, 5);
fs.writeSync(3, Buffer.concat([head, start]));
for (let round = 0; round < rounds; round++) {
  for (let at = 0; at < piece.length; ) at += fs.writeSync(3, piece, at);
}
fs.writeSync(3, ']}');
await new Promise(() => {});
