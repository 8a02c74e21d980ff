// Connections to the proxy that are fed byte by byte and never say a whole line.
const { frame, say } = require('./report.js');
const ids = Array.from({ length: 1_000 }, (_, index) => 10_000 + index);
say(Buffer.concat(ids.map((id) => frame(14, { id }))));
const pieces = Buffer.concat(ids.map((id) => frame(9, { id }, Buffer.from('x'))));
for (let round = 0; round < 100; round++) say(pieces);
await new Promise((resolve) => setTimeout(resolve, 200));
return 'done';
