// A value in which a search for the ends of texts begins anew at every second character.
const { frame } = require('./report.js');
const fs = require('node:fs');
const bytes = frame(7, { ok: true, pending: null }, Buffer.from('"' + '\\"'.repeat(500_000)));
for (let at = 0; at < bytes.length; ) at += fs.writeSync(3, bytes, at);
await new Promise(() => {});
