// WASI with the root as its folder.
const { report } = require('./report.js');
const fs = require('node:fs');
const r = report();
const { WASI } = require('node:wasi');
r.attempt('wasi', () => new WASI({ version: 'preview1', preopens: { '/': '/' } }));
r.attempt('file', () => fs.readFileSync(params.targets.file));
return r.done();
