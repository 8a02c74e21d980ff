// @@species and a replaced constructor on promises that the host settles
// (CVE-2023-37466, GHSA-647f-g98j-qq25).
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  class Thief extends Promise {
    constructor(executor) {
      super((resolve, reject) => {
        bag.take(resolve, reject, executor);
        executor((value) => { bag.take(value); resolve(value); }, (error) => { bag.take(error); reject(error); });
      });
    }
    static get [Symbol.species]() { return Thief; }
  }
  const promises = [echo({ a: 1 }), fail(), artifacts.write('a', 'b'), tricky(), import('./plunder.js')];
  for (const promise of promises) {
    promise.constructor = Thief;
    for (const method of ['then', 'catch', 'finally']) {
      const indirect = Reflect.apply(Function.prototype.call, Promise.prototype[method], [promise, (value) => bag.take(value)]);
      bag.take(indirect);
      indirect.catch((error) => bag.take(error));
    }
  }
  Object.defineProperty(Promise, Symbol.species, { get: () => Thief, configurable: true });
  Promise.prototype.constructor = Thief;
  const more = [echo(2), reject()];
  for (const promise of more) promise.catch((error) => bag.take(error));
  for (const promise of [...promises, ...more]) await Promise.prototype.then.call(promise, (value) => bag.take(value), (error) => bag.take(error));
  Promise.prototype.constructor = Promise;
  return plunder(bag.values(), params);
}
