// The inspector, opened from inside and by signal.
const { report } = require('./report.js');
const r = report();
const inspector = require('node:inspector');
r.attempt('open', () => inspector.open(0, '127.0.0.1'));
r.attempt('signal', () => process.kill(process.pid, 'SIGUSR1'));
r.attempt('debug', () => process._debugProcess(1));
r.attempt('session', () => new inspector.Session().connect());
await new Promise((resolve) => setTimeout(resolve, 100));
return r.done();
