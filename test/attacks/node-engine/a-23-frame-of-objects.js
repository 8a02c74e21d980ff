// A call whose frame holds a hundred megabytes of empty objects, written from one small buffer.
const { say } = require('./report.js');
const start = Buffer.from('{"id":1,"path":"nope","args":"[]","x":[{}');
const piece = Buffer.from(',{}'.repeat(21_845));
const rounds = 1_530;
const head = Buffer.alloc(9);
const length = start.length + piece.length * rounds + 2;
head.writeUInt32LE(5 + length, 0);
head[4] = 6;
head.writeUInt32LE(length, 5);
say(Buffer.concat([head, start]));
for (let round = 0; round < rounds; round++) {
  say(piece);
}
say(']}');
await new Promise(() => {});
