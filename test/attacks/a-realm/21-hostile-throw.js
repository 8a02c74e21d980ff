// A thrown proxy of an error, with getters in every place that a report of it would read.
function execute() {
  const error = new Error('plain');
  for (const key of ['name', 'message', 'stack', 'cause', 'code', 'constructor', 'toString', 'toJSON']) {
    Object.defineProperty(error, key, { get() { throw new Proxy(error, {}); } });
  }
  throw new Proxy(error, {
    get(target, key) { return key === 'cause' ? target : Reflect.get(Object.prototype, key); },
    getPrototypeOf: () => Error.prototype,
    has: () => { throw error; },
  });
}
