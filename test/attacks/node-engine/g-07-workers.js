// Workers with arguments and environments of their own.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
const { Worker, SHARE_ENV } = require('node:worker_threads');
const code = `const fs = require('fs'); const { parentPort, workerData: t } = require('worker_threads'); const out = [];
for (const w of [() => fs.readFileSync(t.file, 'utf8'), () => process.env[t.variable], () => fs.writeFileSync('/castellan/x', 'x')]) {
  try { out.push(String(w())); } catch (e) { out.push(e.code); }
}
parentPort.postMessage(out.join());`;
const start = (options) => new Worker(code, { eval: true, workerData: params.targets, ...options });
// Without arguments a worker has no permissions of Node's: the box is what is left.
for (const options of [{}, { execArgv: [] }, { env: SHARE_ENV }, { execArgv: ['--no-warnings'] }]) {
  await r.wait('worker', () => new Promise((ok, no) => start(options).on('message', ok).on('error', no)), 2_000);
}
return r.done();
