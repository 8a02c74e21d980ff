// Numbers of functions that the script never passed, in as many calls as there may be.
const { frame, say } = require('./report.js');
for (let round = 0; round < 40; round++) {
  const parts = Array.from({ length: 1_000 }, (_, at) => ({ path: [at], callback: round * 1_000 + at }));
  const text = Buffer.from(JSON.stringify([Array(1_000).fill(null), parts]));
  say(frame(6, { id: 8_000 + round, path: 'keep', text: text.length }, text));
}
await new Promise((resolve) => setTimeout(resolve, 50));
return 'called';
