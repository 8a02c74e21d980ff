// A returned value that is a proxy, with getters and toJSON that run while the host could be reading.
const { collector, plunder } = require('./plunder.js');

function execute(params) {
  const bag = collector();
  let reached;
  const reader = { get tried() { bag.take(this); return 1; }, get reached() { if (reached !== undefined) return reached; reached = []; return reached = plunder(bag.values(), params).reached; } };
  return new Proxy(reader, {
    get(target, key, receiver) {
      bag.take(new Error(`${typeof receiver}`));
      if (key === 'then' || key === 'toJSON') return undefined;
      return Reflect.get(target, key, receiver);
    },
    ownKeys: () => ['tried', 'reached'],
    getOwnPropertyDescriptor: (target, key) => ({ ...Reflect.getOwnPropertyDescriptor(target, key), configurable: true }),
    getPrototypeOf() { bag.take(new Error('prototype')); return null; },
  });
}
