// Functions that the host calls: what they are called with and on, who calls, and what becomes of hostile answers.
const { collector, plunder, said } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const look = function (...given) {
    bag.take(this, arguments, new.target, ...given);
    try { bag.take(look.caller, look.arguments); } catch (error) { bag.take(error); }
    return 1;
  };
  const armed = Object.defineProperties((...given) => look(...given), {
    name: { get: () => { bag.take(new Error('name read')); return 'x'; } },
    length: { get: () => { throw new Error('length read'); } },
    then: { get: () => { bag.take(new Error('then read')); return look; } },
    toJSON: { value: look },
    constructor: { get: () => Proxy },
  });
  class Called { constructor(...given) { bag.take(...given); } }
  const answers = [
    () => new Proxy({}, { get: (_, key) => { throw new Error(String(key)); } }),
    () => ({ then(resolve, reject) { bag.take(resolve, reject); resolve(resolve); reject(1); } }),
    () => ({ toJSON: look }), () => 10n, () => { const a = []; a[0] = a; return a; },
    () => { throw new Proxy(new Error('x'), { get: look }); }, () => { throw Object.create(null); }, () => { throw { name: Symbol(), message: { toString: look } }; },
    async () => { throw new AggregateError([new Error('a')], 'b', { cause: look }); }, function* () { yield 1; }, async function* () { yield 1; },
    () => Promise.reject(new SuppressedError(1, 2, 'x')), () => look, () => [look], () => new Error('returned'), () => globalThis,
  ];
  const functions = [look, armed, new Proxy(look, { apply: (_, self, given) => { bag.take(self, given); return given; } }), look.bind(null, {}), Called, ...answers];
  const told = [];
  for (const each of functions) {
    try {
      told.push(await call(each, { a: [1] }, new Uint8Array([1]), 'text'));
    } catch (error) {
      told.push(error);
    }
  }
  bag.take(...told, JSON.stringify(told.slice(0, 5)));
  return { ...plunder(bag.values(), params), count: told.length, texts: said(told).join().slice(0, 20_000) };
}
