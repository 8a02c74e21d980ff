// The script has settled and keeps its process alive by all that Node has, against every end.
const { createServer } = require('node:net');
const { Worker, MessageChannel } = require('node:worker_threads');
createServer().listen(0);
new Worker('setInterval(() => {}, 1e6)', { eval: true });
new MessageChannel().port1.on('message', () => {});
setInterval(() => {}, 1e6);
process.on('beforeExit', () => setTimeout(() => {}, 1e6));
process.on('exit', () => { for (;;); });
process.reallyExit = () => {};
('settled');
