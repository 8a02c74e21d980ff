// A value nested deeper than any reader should go.
const { frame } = require('./report.js');
const fs = require('node:fs');
const deep = Buffer.from('['.repeat(100_000) + ']'.repeat(100_000));
const bytes = frame(7, { ok: true, pending: null }, deep);
for (let at = 0; at < bytes.length; ) at += fs.writeSync(3, bytes, at);
await new Promise(() => {});
