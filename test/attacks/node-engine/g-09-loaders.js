// Hooks of Node's own loader, preloads and other threads with other flags, to get in before the runner's rules.
const { report } = require('./report.js');
const module = require('node:module');
const { Worker } = require('node:worker_threads');
const r = report();
r.attempt('register', () => module.register(`data:text/javascript,export const resolve = () => ({ url: 'file://${params.targets.file}', shortCircuit: true })`));
r.attempt('hooks', () => module.registerHooks({ load: () => ({ format: 'commonjs', source: 'module.exports = process', shortCircuit: true }) }));
r.attempt('_load', () => String(module._load(params.targets.file)));
r.attempt('wrap', () => { module.wrapper[0] = '(function () {'; });
r.attempt('extensions', () => { require.extensions?.['.txt']; module._extensions['.txt'] = (made, name) => { made.exports = require('node:fs').readFileSync(name, 'utf8'); }; return require(params.targets.file); });
for (const execArgv of [[], ['--no-permission'], ['--allow-child-process'], ['--inspect'], ['--require', params.targets.file], ['--expose-internals'], ['--experimental-vm-modules'], ['--import', 'data:text/javascript,1']]) {
  await r.wait(`a thread with ${execArgv}`, () => new Promise((resolve, reject) => {
    const worker = new Worker(`const { parentPort } = require('node:worker_threads'); let text; try { text = require('node:fs').readFileSync(${JSON.stringify(params.targets.file)}, 'utf8'); } catch (error) { text = error.code; } parentPort.postMessage(text);`, { eval: true, execArgv, env: { NODE_OPTIONS: '--no-permission' } });
    worker.on('message', resolve).on('error', reject);
  }), 1_500);
}
await r.wait('ESM of the file', () => import(`file://${params.targets.file}`));
await r.wait('by another', () => import(`data:text/javascript,import fs from 'node:fs'; export default fs.readFileSync(${JSON.stringify(params.targets.file)}, 'utf8')`));
return r.done();
