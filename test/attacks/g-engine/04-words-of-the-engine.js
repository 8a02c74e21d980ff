// Words and switches of V8 itself: natives by percent, other realms, the debugger, profiles, collections of garbage.
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const texts = ['%DebugPrint(1)', '%SystemBreak()', '%GetOptimizationStatus(echo)', '%ArrayBufferDetach(new ArrayBuffer(1))', 'new ShadowRealm().evaluate("globalThis")', 'new Realm()', 'debugger; 1', 'gc()', 'd8', 'load("/etc/passwd")', 'read("/etc/passwd")', 'os.system("id")', 'Worker', 'importScripts("x")', 'import.meta', 'new.target', 'super.x', 'await 1', 'quit()', 'version()', 'testRunner', 'chrome', 'Debugger', 'inspect(1)', '__defineGetter__', 'setTimeout("globalThis.ran = 1", 0)', 'Symbol.for("nodejs.require")', 'process?.binding', 'ivm', 'Atomics.waitAsync', 'Intl.v8BreakIterator', 'externalizeString("x")', 'triggerAssertFalse()', '<!--\n1', '#!/usr/bin/env node\n1', 'import defer * as x from "fs"', 'import source x from "fs"', 'import.source("fs")', 'import.defer("fs")'];
  for (const text of texts) {
    for (const run of [eval, Function, (code) => new Function(`return (${code})`)(), (code) => Reflect.construct(async function () {}.constructor, [`return (${code})`])(), (code) => (0, eval)(`(${code})`)]) {
      try { bag.take(await run(text)); } catch (error) { bag.take(error); }
    }
  }
  for (const [name, work] of Object.entries({ profile: () => console.profile('x'), stamp: () => console.timeStamp('x'), context: () => console.context('x'), memory: () => console.memory, user: () => performance.measureUserAgentSpecificMemory(), mark: () => performance.mark('x'), observer: () => new PerformanceObserver(() => 0).observe({ entryTypes: ['gc', 'function', 'http'] }), wait: () => Atomics.waitAsync(new Int32Array(8), 0, 0), growable: () => new SharedArrayBuffer(8) })) {
    try { bag.take(name, await work()); } catch (error) { bag.take(error); }
  }
  return { ...plunder(bag.values(), params), ran: typeof globalThis.ran };
}
