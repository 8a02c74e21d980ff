// Sets the clock and the name of the machine.
const { kernel, text } = require('./kernel.js');
const k = kernel();
const time = Buffer.alloc(256);
k.refused('settimeofday', 164, time, 0);
k.refused('clock_settime', 227, 0, time);
k.refused('adjtimex', 159, time);
k.refused('clock_adjtime', 305, 0, time);
k.refused('sethostname', 170, text('owned'), 5);
k.refused('setdomainname', 171, text('owned'), 5);
if (require('node:os').hostname() === 'owned') k.reach('the name');
return k.done();
