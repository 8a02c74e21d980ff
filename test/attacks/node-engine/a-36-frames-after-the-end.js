// Goes on talking after the result: another result, an artifact, a line of the log.
const { frame, say } = require('./report.js');
const line = (text) => frame(3, { level: 'info' }, Buffer.from(text));
say(Buffer.concat([frame(7, { ok: true, pending: null }, Buffer.from('"first"')), frame(7, { ok: true, pending: null }, Buffer.from('"second"')), line('after'), frame(5, { id: 9_000, name: 'after', contentType: null }, Buffer.from('x')), frame(99, {})]));
await new Promise(() => {});
