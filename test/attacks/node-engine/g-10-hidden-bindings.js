// What Node keeps for itself: internal bindings, internal modules, natives, undocumented properties of the process.
const { report } = require('./report.js');
const r = report();
const names = ['spawn_sync', 'process_wrap', 'fs', 'os', 'credentials', 'permission', 'worker', 'inspector', 'contextify', 'module_wrap', 'uv', 'v8', 'natives', 'config', 'pipe_wrap', 'tty_wrap', 'signal_wrap', 'crypto', 'wasm_web_api', 'symbols', 'messaging', 'errors', 'trace_events', 'report', 'mksnapshot', 'blob', 'block_list', 'serdes'];
for (const name of names) {
  r.attempt(`binding ${name}`, () => Object.keys(process.binding(name)).length);
  r.attempt(`linked ${name}`, () => { process._linkedBinding(name); r.reach(name); });
}
r.attempt('spawn_sync', () => { const { status } = process.binding('spawn_sync').spawn({ file: '/bin/sh', args: ['sh', '-c', 'id'], stdio: [] }); if (status === 0) r.reach('a shell'); });
r.attempt('process_wrap', () => { const { Process } = process.binding('process_wrap'); const code = new Process().spawn({ file: '/usr/bin/id', args: ['id'], stdio: [] }); if (code === 0) r.reach('a process'); return code; });
r.attempt('fs by its binding', () => { const fs = process.binding('fs'); return fs.readFileUtf8?.(params.targets.file, 0); });
r.attempt('permission', () => { process.binding('permission').has = () => true; process.permission.has = () => true; return require('node:fs').readFileSync(params.targets.file, 'utf8'); });
r.attempt('handles', () => process._getActiveHandles().length + process._getActiveRequests().length);
r.attempt('raw', () => process._rawDebug('x'));
r.attempt('internal', () => require('internal/test/binding'));
r.attempt('freelist', () => require('node:internal/bootstrap/realm'));
r.attempt('kill', () => process.reallyExit.length);
r.attempt('main', () => String(process.mainModule?.filename));
r.attempt('versions', () => { process.versions.node = '1'; process.title = 'owned'; });
return r.done();
