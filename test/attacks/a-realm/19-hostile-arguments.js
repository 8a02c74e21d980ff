// A proxy with every trap in each argument of each call of ours: who reads it, and what they hand in
// (GHSA-864f-rcv7-6rh4).
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const spy = (target, answers) => new Proxy(target, new Proxy({}, {
    get: (_, trap) => (...given) => {
      bag.take(...given);
      return answers ? Reflect[trap](...given) : undefined;
    },
  }));
  const make = [() => spy({ a: 1 }, true), () => spy([1, 2], true), () => spy(() => 1, true), () => spy({ a: 1 }, false), () => spy(new Uint8Array(4), true), () => spy(Promise.resolve(1), true)];
  const calls = [
    (x) => echo(x), (x) => echo(...[x, [x], { x }]), (x) => echoSync(x), (x) => echoSync({ x }), (x) => failSync(x), (x) => artifacts.write(x, x, x), (x) => artifacts.write('n', 'b', x), (x) => progress(x, x),
    (x) => console.log(x, x), (x) => console.dir(x, x), (x) => console.table(x, x), (x) => setTimeout(x, x, x), (x) => clearTimeout(x), (x) => require(x), (x) => import(x), (x) => import('./plunder.js', x),
    (x) => new URL(x, x), (x) => structuredClone(x, x), (x) => new TextDecoder('utf-8', x).decode(x), (x) => new TextEncoder().encodeInto('abc', x), (x) => new Event('x', x), (x) => new AbortController().abort(x), (x) => AbortSignal.any(x),
  ];
  for (const call of calls) {
    for (const one of make) {
      try {
        bag.take(await call(one()));
      } catch (error) {
        bag.take(error);
      }
    }
  }
  return plunder(bag.values(), params);
}
