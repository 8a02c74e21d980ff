// A value nested deeper than any reader should go.
const { frame, say } = require('./report.js');
const deep = Buffer.from('['.repeat(100_000) + ']'.repeat(100_000));
const bytes = frame(7, { ok: true, pending: null }, deep);
say(bytes);
await new Promise(() => {});
