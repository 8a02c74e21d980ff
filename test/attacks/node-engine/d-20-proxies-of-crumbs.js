// Connections to the proxy that are fed byte by byte and never say a whole line.
const { frame } = require('./report.js');
const fs = require('node:fs');
const send = (bytes) => {
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(3, bytes, at);
};
const ids = Array.from({ length: 1_000 }, (_, index) => 10_000 + index);
send(Buffer.concat(ids.map((id) => frame(14, { id }))));
const pieces = Buffer.concat(ids.map((id) => frame(9, { id }, Buffer.from('x'))));
for (let round = 0; round < 100; round++) send(pieces);
await new Promise((resolve) => setTimeout(resolve, 200));
return 'done';
