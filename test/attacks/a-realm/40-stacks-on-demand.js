// `captureStackTrace` on whatever is there, and limits of stacks that are objects, while the host fails.
const { collector, plunder, said } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const errors = [];
  const places = [Object.freeze({}), [], new Uint8Array(2), globalThis, Object.prototype, new Proxy({}, { defineProperty: (target, key, descriptor) => { bag.take(descriptor, descriptor.value); return Reflect.defineProperty(target, key, descriptor); } }), console, echo, Error, Error.prototype];
  const limits = [Infinity, -1, NaN, '5', { valueOf: () => 3 }, 2 ** 31, undefined, 1_000];
  for (const limit of limits) {
    Error.stackTraceLimit = limit;
    for (const place of places) {
      try { Error.captureStackTrace(place, echo); bag.take(place.stack); } catch (error) { errors.push(error); }
      try { delete place.stack; } catch { /* frozen */ }
    }
    for (const failing of [() => failSync(), () => fail(), () => reject(), () => rejectObject(), () => fetch(1), () => structuredClone(() => 1), () => require('./none.js'), () => import('none'), () => new URL('')]) {
      try { await failing(); } catch (error) { errors.push(error); bag.take(error); }
    }
  }
  Object.defineProperty(Error, 'stackTraceLimit', { get() { bag.take(new Error('limit read')); return 50; }, configurable: true });
  await fail().catch((error) => errors.push(error));
  Error.prepareStackTrace = new Proxy(() => 1, { apply: (_, self, [error, sites]) => { bag.take(self, error, sites, ...sites, ...sites.map((site) => site.getThis?.()), ...sites.map((site) => site.getFunction?.())); return sites; } });
  for (const failing of [failSync, () => decodeURIComponent('%'), () => null.x, () => new Array(-1)]) {
    try { failing(); } catch (error) { errors.push(error); bag.take(error.stack); }
  }
  return { ...plunder(bag.values(), params), count: errors.length, texts: said(errors.slice(0, 60)).join().slice(0, 60_000) };
}
