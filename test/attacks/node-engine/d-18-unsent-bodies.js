// A thousand requests whose bodies come in pieces of one byte and never end.
const { frame, say } = require('./report.js');
const head = JSON.stringify({ url: `http://127.0.0.1:${params.targets.port}/`, method: 'POST', headers: [], redirect: 'follow' });
const ids = Array.from({ length: 1_000 }, (_, index) => 10_000 + index);
say(Buffer.concat(ids.map((id) => frame(8, { id, hasBody: true, head }))));
const pieces = Buffer.concat(ids.map((id) => frame(9, { id }, Buffer.from('x'))));
for (let round = 0; round < 300; round++) say(pieces);
await new Promise((resolve) => setTimeout(resolve, 200));
return 'done';
