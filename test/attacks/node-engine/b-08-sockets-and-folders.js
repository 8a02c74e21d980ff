// Sockets and folders in the working directory, and one file below them.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
const { createServer } = require('node:net');
await r.wait('socket', () => new Promise((ok, no) => createServer().listen('a-socket', ok).on('error', no)));
r.attempt('folder', () => fs.mkdirSync('a/b/c', { recursive: true }));
r.attempt('file', () => fs.writeFileSync('a/b/c/file.txt', 'the only one'));
return r.done();
