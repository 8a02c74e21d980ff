// A settled value of the script's own making, while its top level loops.
const { frame, say } = require('./report.js');
say(frame(17, {}, Buffer.from('"forged"')));
say(frame(18, { pending: 'nothing\u001b[2J at all' }));
for (;;);
