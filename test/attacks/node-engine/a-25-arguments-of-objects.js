// Arguments of a helper: forty megabytes of empty objects, forged past the runner's own count.
const { say } = require('./report.js');
const json = Buffer.from('{"id":4000,"path":"echo"}');
const piece = Buffer.from(',{}'.repeat(21_845));
const rounds = 200;
const head = Buffer.alloc(9);
head.writeUInt32LE(5 + json.length + 3 + piece.length * rounds + 1, 0);
head[4] = 6;
head.writeUInt32LE(json.length, 5);
say(Buffer.concat([head, json, Buffer.from('[{}')]));
for (let round = 0; round < rounds; round++) {
  say(piece);
}
say(']');
await new Promise((resolve) => setTimeout(resolve, 200));
return 'done';
