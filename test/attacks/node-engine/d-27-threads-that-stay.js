// Threads that hold the loop, the memory and the channel open after the script has ended.
const { Worker } = require('node:worker_threads');
for (let count = 0; count < 3; count++) {
  const worker = new Worker('require("node:worker_threads").parentPort.on("message", () => { for (;;); }); setInterval(() => {}, 1)', { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } });
  worker.on('error', () => 0);
  worker.postMessage(1);
}
return 'settled';
