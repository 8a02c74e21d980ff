// Ways to end or stop a process, none of which is there.
const codes = ['process.exit(0)', 'process.abort()', 'process.kill(process.pid, 9)', 'process.reallyExit(1)', 'quit()', 'exit()', 'close()', 'globalThis.process.exit()', 'require("process").exit()', 'Deno.exit()', 'debugger', 'while(0);'];
const endings = [];
for (const code of codes) {
  try {
    (0, eval)(code);
    endings.push('ran');
  } catch (error) {
    endings.push(error.name);
  }
}
return endings;
