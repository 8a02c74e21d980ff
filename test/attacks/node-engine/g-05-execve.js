// Another program in the place of this one, without its seat belt.
const { file, port } = params.targets;
const code = `
let out = 7;
try { require('fs').readFileSync(${JSON.stringify(file)}); out = 40; } catch {}
try { if (require('child_process').spawnSync('/node', ['-v']).status === 0) out = 41; } catch {}
require('net').connect(${port}, '127.0.0.1', () => process.exit(42)).on('error', () => process.exit(out));`;
process.execve('/node', ['node', '-e', code], { LD_PRELOAD: '/scratch/tmp/x.so' });
