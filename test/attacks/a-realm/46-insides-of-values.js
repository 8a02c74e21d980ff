// What shows promises and iterators asks V8 by functions of an add-on: reach for these, and change what they answer.
async function execute() {
  let count = 0;
  let seen = '';
  let isNoting = false;
  const note = (value) => {
    if (isNoting || seen.length > 100_000) return;
    isNoting = true;
    count++;
    try { seen += typeof value === 'function' ? Function.prototype.toString.call(value) : value; } catch {}
    isNoting = false;
  };
  for (const key of ['0', '1', 'promise', 'entries', 'details']) {
    for (const target of [Array.prototype, Object.prototype]) {
      Object.defineProperty(target, key, {
        configurable: true,
        get() { note(this?.constructor); return undefined; },
        set(value) { note(value); },
      });
    }
  }
  Error.prepareStackTrace = (error, sites) => sites.map((site) => { note(site.getFunction()); note(site.getThis()); });
  const trap = new Proxy(() => {}, {
    get(target, key, receiver) { note(new Error('get').stack); return Reflect.get(target, key, receiver); },
    getPrototypeOf(target) { note(new Error('of').stack); return Reflect.getPrototypeOf(target); },
    ownKeys(target) { note(new Error('keys').stack); return Reflect.ownKeys(target); },
  });
  class Mine extends Promise {
    static get [Symbol.species]() { note(new Error('species').stack); return Promise; }
    get [Symbol.toStringTag]() { note(new Error('tag').stack); return 'Promise'; }
    then(...given) { given.forEach(note); return super.then(...given); }
  }
  const custom = { [Symbol.for('nodejs.util.inspect.custom')](...given) { given.forEach(note); return new Error('shown'); } };
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const map = new Map([[trap, custom], [proxy, globalThis]]);
  const values = [
    Promise.resolve(trap), Promise.resolve(custom), Mine.resolve(trap), Promise.resolve(globalThis),
    echo(1), artifacts.write('a.txt', 'a'), fetch, import('./none.js').catch(() => 1),
    map.entries(), map.keys(), new Set([custom]).values(), Object.create(Promise.prototype), Object.create(map.keys()),
  ];
  const failed = Promise.reject(custom);
  failed.catch(() => {});
  for (const value of [...values, failed]) {
    try { console.log(value); } catch (error) { note(error); }
  }
  return { count, seen, own: ['promise', 'entries', 'details'].filter((name) => Object.hasOwn(globalThis, name)) };
}
