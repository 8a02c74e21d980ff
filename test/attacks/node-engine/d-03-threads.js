// Threads by the thousand.
const { Worker } = require('node:worker_threads');
for (let index = 0; index < 1_000; index++) {
  new Worker('setTimeout(() => {}, 1e9)', { eval: true }).on('error', () => {});
  await new Promise((resolve) => setTimeout(resolve, 2));
}
