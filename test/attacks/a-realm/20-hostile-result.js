// A returned value that is a proxy, with getters and toJSON that run while the host could be reading.
const { collector, plunder } = require('./plunder.js');

function execute(params) {
  const bag = collector();
  const reader = { get tried() { return 1; }, get reached() { bag.take(this, new Error('read').stack); return plunder(bag.values(), params).reached; } };
  return new Proxy(reader, {
    get(target, key, receiver) {
      bag.take(target, receiver);
      if (key === 'then' || key === 'toJSON') return undefined;
      return Reflect.get(target, key, receiver);
    },
    ownKeys: () => ['tried', 'reached'],
    getOwnPropertyDescriptor: (target, key) => ({ ...Reflect.getOwnPropertyDescriptor(target, key), configurable: true }),
    getPrototypeOf() { bag.take(new Error('prototype').stack); return null; },
  });
}
