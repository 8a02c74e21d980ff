// Doors of the engine: native syntax, its shells' globals, its flags, its inspector.
function execute() {
  const codes = ['%DebugPrint(1)', '%GetOptimizationStatus(execute)', '%SystemBreak()', 'd8.terminate()', 'gc()', '$vm.crash()', 'debugger; missing', 'console.profile(); console.context()', 'console.takeHeapSnapshot()', 'quit()', 'load("x")', 'read("/etc/passwd")', 'process.binding("fs")', 'process.dlopen({}, "x.node")', 'inspect.Session'];
  return codes.filter((code) => {
    try {
      (0, eval)(code);
      return true;
    } catch {
      return false;
    }
  });
}
