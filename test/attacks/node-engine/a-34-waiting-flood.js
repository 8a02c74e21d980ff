// What a script waits for, told without end.
const { frame, say } = require('./report.js');
say(frame(17, {}, Buffer.from('1')));
const flood = Buffer.concat(Array.from({ length: 500 }, (_, n) => frame(18, { pending: `${n} timers` })));
for (;;) say(flood);
