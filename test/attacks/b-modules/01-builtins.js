// Every built-in of Node's that gives the process away, in each spelling, by require and by import
// (GHSA-947f-4v7f-x2v8, GHSA-8686-vhfx-7r3j).
const { plunder } = require('./plunder.js');

async function execute(params) {
  const names = ['module', 'vm', 'worker_threads', 'cluster', 'repl', 'inspector', 'inspector/promises', 'process', 'wasi', 'trace_events', 'child_process', 'test', 'test/reporters', 'sqlite', 'sea',
    'async_hooks', 'diagnostics_channel', 'perf_hooks', 'v8', 'os', 'fs', 'fs/promises', 'net', 'dns', 'http', 'https', 'http2', 'tls', 'dgram', 'crypto', 'stream', 'util', 'url', 'buffer', 'timers/promises',
    '_http_client', '_http_agent', '_tls_wrap', '_stream_wrap', '_linklist', 'internal/bootstrap/node', 'isolated-vm', '@castellan/sandbox', '@castellan/runner', '@castellan/protocol', 'acorn'];
  const got = [];
  const errors = [];
  for (const name of names) {
    for (const spelling of [name, `node:${name}`, `NODE:${name}`, `${name}/`, `./${name}`, ` ${name}`]) {
      for (const load of [() => require(spelling), () => import(spelling), () => module.require?.(spelling) ?? Promise.reject(0), () => require.main?.require(spelling) ?? Promise.reject(0)]) {
        try {
          got.push(spelling, await load());
        } catch (error) {
          errors.push(error);
        }
      }
    }
  }
  const report = plunder(errors.filter((error) => error instanceof Error).slice(0, 300), params);
  return { tried: errors.length, reached: [...report.reached, ...got.map(String)] };
}
