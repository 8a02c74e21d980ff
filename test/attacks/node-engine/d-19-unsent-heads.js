// A thousand requests with the longest heads, none of which is ever begun.
const { frame } = require('./report.js');
const fs = require('node:fs');
const headers = Array.from({ length: 60 }, (_, index) => [`x-${index}`, '\u0416'.repeat(1_000)]);
const head = JSON.stringify({ url: `http://127.0.0.1:${params.targets.port}/`, method: 'POST', headers, redirect: 'follow' });
for (let id = 10_000; id < 11_000; id++) {
  const bytes = frame(8, { id, hasBody: true, head });
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(3, bytes, at);
}
await new Promise((resolve) => setTimeout(resolve, 200));
return 'done';
