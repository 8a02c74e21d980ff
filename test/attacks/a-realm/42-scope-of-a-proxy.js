// The global scope with a proxy for a prototype, frozen, and with accessors: it sees every name that our code looks up.
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const names = new Set();
  const spy = new Proxy(Object.create(null), new Proxy({}, {
    get: (_, trap) => (...given) => {
      bag.take(...given);
      if (typeof given[1] === 'string') names.add(given[1]);
      return Reflect[trap](...given);
    },
  }));
  const told = [];
  const attempt = (work) => { try { told.push(String(work())); } catch (error) { told.push(error.name); } };
  attempt(() => Object.setPrototypeOf(globalThis, spy));
  attempt(() => Object.setPrototypeOf(Object.prototype, spy));
  for (const name of ['Promise', 'Uint8Array', 'Object', 'JSON', 'Map', 'Error', 'Reflect', 'Symbol', 'setTimeout', 'structuredClone', 'TextEncoder', 'URL', 'Headers', 'Blob', 'fetch', 'echo', 'console', 'artifacts']) {
    attempt(() => { const value = globalThis[name]; Object.defineProperty(globalThis, name, { get() { bag.take(this); return value; }, configurable: true }); });
  }
  const calls = [() => echo(new Uint8Array(1)), () => echoSync({}), () => fail(), () => artifacts.write('a', new Blob(['x'])), () => fetch('http://a.test/'), () => new Response('x').text(), () => structuredClone(new Map()), () => import('./report.js'), () => new Promise((resolve) => setTimeout(resolve, 1)), () => console.log(new URL('http://a/'))];
  for (const each of calls) {
    try { bag.take(await each()); } catch (error) { bag.take(error); }
  }
  attempt(() => Object.preventExtensions(globalThis));
  attempt(() => Object.freeze(globalThis));
  await echo(1);
  return { ...plunder(bag.values(), params), names: [...names].join() };
}
