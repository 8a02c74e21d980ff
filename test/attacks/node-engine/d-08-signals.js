// The process sends itself and all others every signal.
const { report } = require('./report.js');
const r = report();
const { signals } = require('node:os').constants;
const faults = ['SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGIOT', 'SIGSYS'];
for (const [name, number] of Object.entries(signals)) {
  if (number < 32 && !faults.includes(name)) r.attempt(name, () => process.kill(process.pid, number));
}
r.attempt('all', () => process.kill(-1, 9));
await new Promise((resolve) => setTimeout(resolve, 50));
return r.done();
