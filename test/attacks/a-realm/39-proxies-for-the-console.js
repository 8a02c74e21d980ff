// Objects that never end, lie or throw while the console looks at them: revoked, nested and endless proxies.
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  let deep = {};
  for (let level = 0; level < 2_000; level++) deep = new Proxy(deep, {});
  const endless = new Proxy({}, { get: (_, key, self) => (typeof key === 'symbol' ? undefined : self), ownKeys: () => ['a'], getOwnPropertyDescriptor: (_, key) => ({ value: endless, enumerable: true, configurable: true, key }) });
  const traps = new Proxy({}, { get: (_, trap) => (...given) => { bag.take(...given); throw new Error(trap); } });
  const all = new Proxy(function () {}, traps);
  class Lying extends Map { get size() { return 1e9; } entries() { bag.take(new Error('entries')); let left = 9; return { next: () => ({ done: left-- === 0, value: [1, 2] }), [Symbol.iterator]() { return this; } }; } }
  class Named { static get name() { throw new Error('name'); } }
  const holes = []; holes[2 ** 32 - 2] = 1;
  const tagged = { get [Symbol.toStringTag]() { throw new Error('tag'); } };
  const typed = Object.defineProperty(new Uint8Array(3), 'length', { get() { throw new Error('length'); } });
  const date = Object.defineProperty(new Date(NaN), 'toISOString', { value: () => { throw new Error('iso'); } });
  const error = Object.defineProperties(new Error('x'), { stack: { get() { throw new Error('stack'); } }, message: { value: {} }, cause: { get: () => all } });
  const custom = { [Symbol.for('nodejs.util.inspect.custom')](...given) { bag.take(...given); return custom; } };
  const values = [proxy, deep, endless, all, new Lying([[1, 2]]), new Named(), tagged, typed, date, error, custom, Object.create(all), [all], new Map([[all, all]]), new Set([proxy])];
  for (const value of values) {
    for (const method of ['log', 'error', 'dir', 'table', 'debug']) {
      try {
        bag.take(console[method](value), console[method]('%o %O %s %d %j', value, value, value, value, value));
      } catch (thrown) {
        bag.take(thrown);
      }
    }
  }
  // As a text it is four thousand million commas: the time of the script's own.
  for (const method of ['log', 'dir', 'table']) bag.take(console[method](holes));
  return plunder(bag.values(), params);
}
