// Lives on by every handler that Node calls while a process ends.
const again = () => { for (;;); };
for (const name of ['exit', 'beforeExit', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGPIPE', 'SIGXCPU', 'disconnect', 'uncaughtException', 'unhandledRejection', 'warning']) process.on(name, again);
new FinalizationRegistry(again).register({}, 1);
require('node:process').finalization?.register({}, again);
require('node:domain').create().on('error', again);
require('node:async_hooks').createHook({ destroy: again }).enable();
process.emitWarning('x');
return 'settled';
