// Runs one of Node's tests in an isolate, and says how it ended.
'use strict';
const EventEmitter = require('events');

Object.assign(globalThis, {
  ['__filename']: FILE,
  ['__dirname']: '/test/parallel',
  global: globalThis,
});
const process = new EventEmitter();
globalThis.process = Object.assign(process, {
  version: VERSION,
  versions: { node: VERSION.slice(1), v8: '', openssl: '3' },
  platform: 'linux',
  arch: 'x64',
  env: {},
  argv: ['node', FILE],
  execArgv: [],
  execPath: '/usr/bin/node',
  pid: 1,
  config: { variables: { v8_enable_i18n_support: 1 } },
  features: {},
  cwd: () => '/',
  hrtime: Object.assign(
    () => [Math.floor(performance.now() / 1e3), (performance.now() % 1e3) * 1e6],
    {
      bigint: () => BigInt(Math.round(performance.now() * 1e6)),
    },
  ),
  memoryUsage: () => ({ rss: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
  uptime: () => performance.now() / 1e3,
  emitWarning(warning) {
    process.emit('warning', warning instanceof Error ? warning : new Error(warning));
  },
  nextTick(callback, ...values) {
    queueMicrotask(() => callback(...values));
  },
  stdout: { isTTY: false, write: () => true },
  stderr: { isTTY: false, columns: 80, write: () => true, getColorDepth: () => 1 },
  exitCode: undefined,
  binding() {
    throw new Error('process.binding is not there');
  },
});

// Warnings of Node's are lines of the console here.
const { warn } = console;
console.warn = (...values) => {
  const [, code, name, message] =
    /^(?:\[(\w+)\] )?(\w+Warning): ([^]*)$/.exec(values[0] ?? '') ?? [];
  if (name === undefined) warn(...values);
  else process.emit('warning', Object.assign(new Error(message), { name, code }));
};

module.exports = async function main() {
  const common = require('../common');
  try {
    require(TEST);
  } catch (error) {
    if (error instanceof common.Skipped) return 'skipped';
    throw error;
  }
  // Some check only at the end what callbacks have done that nobody counts.
  await common.settled(process.listenerCount('exit') > 0 ? 250 : 30);
  process.emit('exit', process.exitCode ?? 0);
  const [unmet] = common.unmet();
  if (unmet !== undefined) throw new Error(unmet);
  return 'passed';
};
