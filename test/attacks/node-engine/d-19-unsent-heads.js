// A thousand requests with the longest heads, none of which is ever begun.
const { frame, say } = require('./report.js');
const headers = Array.from({ length: 60 }, (_, index) => [`x-${index}`, '\u0416'.repeat(1_000)]);
const head = JSON.stringify({ url: `http://127.0.0.1:${params.targets.port}/`, method: 'POST', headers, redirect: 'follow' });
for (let id = 10_000; id < 11_000; id++) {
  const bytes = frame(8, { id, hasBody: true, head });
  say(bytes);
}
await new Promise((resolve) => setTimeout(resolve, 200));
return 'done';
