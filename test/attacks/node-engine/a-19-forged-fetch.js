// Requests and connections asked for by frames of its own.
const { report, frame, say } = require('./report.js');
const r = report();
const { port } = params.targets;
const head = { url: `http://127.0.0.1:${port}/`, method: 'GET', headers: [], redirect: 'follow' };
const connect = Buffer.from(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`);
r.attempt('open', () => say(frame(8, { id: 9, hasBody: false, head: JSON.stringify(head) })));
r.attempt('proxy', () => say(frame(14, { id: 10 })));
r.attempt('send', () => say(frame(9, { id: 10 }, connect)));
r.attempt('pull', () => say(frame(12, { id: 10, credit: 2 ** 50 })));
await new Promise((resolve) => setTimeout(resolve, 200));
return r.done();
