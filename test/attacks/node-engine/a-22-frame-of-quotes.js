// A value in which a search for the ends of texts begins anew at every second character.
const { frame, say } = require('./report.js');
const bytes = frame(7, { ok: true, pending: null }, Buffer.from('"' + '\\"'.repeat(500_000)));
say(bytes);
await new Promise(() => {});
