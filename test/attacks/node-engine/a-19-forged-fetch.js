// Requests and connections asked for by frames of its own.
const { report, frame } = require('./report.js');
const fs = require('node:fs');
const r = report();
const { port } = params.targets;
const head = { url: `http://127.0.0.1:${port}/`, method: 'GET', headers: [], redirect: 'follow' };
const connect = Buffer.from(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`);
r.attempt('open', () => fs.writeSync(3, frame(8, { id: 9, hasBody: false, head: JSON.stringify(head) })));
r.attempt('proxy', () => fs.writeSync(3, frame(14, { id: 10 })));
r.attempt('send', () => fs.writeSync(3, frame(9, { id: 10 }, connect)));
r.attempt('pull', () => fs.writeSync(3, frame(12, { id: 10, credit: 2 ** 50 })));
await new Promise((resolve) => setTimeout(resolve, 200));
return r.done();
