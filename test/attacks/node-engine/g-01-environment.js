// The environment, the arguments and the report of the process.
const { report } = require('./report.js');
const r = report();
r.attempt('env', () => JSON.stringify(process.env));
r.attempt('variable', () => process.env[params.targets.variable]);
r.attempt('argv', () => JSON.stringify([process.argv, process.execArgv]));
r.attempt('report', () => JSON.stringify(process.report.getReport().environmentVariables));
r.attempt('user', () => JSON.stringify(require('node:os').userInfo()));
r.attempt('host', () => require('node:os').hostname());
return r.done();
