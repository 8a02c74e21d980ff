import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guest } from './guest.support.ts';

test('definePlatform withholds shared memory and machine code', () => {
  using guest = new Guest();
  assert.deepEqual(
    guest.run(`return ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'process', 'require', 'Buffer',
      'global', 'module', 'ivm'].filter((name) => name in globalThis)`),
    [],
  );
});

test('definePlatform leaves only functions and objects of the guest realm within reach', () => {
  using guest = new Guest();
  const walk = `
    URL; console.log({ loaded: new URL('http://x/') }); new TextDecoder(); new Proxy({}, {});
    void [fetch, crypto, Blob, ReadableStream, URLPattern, CompressionStream, MessageChannel];
    globalThis.instances = [new Response(new Blob(['x']).stream()), new Request('http://x'), new Headers({ a: 'b' }).entries(),
      new FormData(), new CompressionStream('gzip'), new MessageChannel(), crypto.subtle, new URLPattern()];
    const seen = new Set();
    const strange = [];
    const note = (path, value, why) => strange.push(path + ': ' + why + ' ' + typeof value);
    const visit = (value, path) => {
      if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
      if (seen.has(value)) return;
      seen.add(value);
      let root = value;
      for (let next; (next = Object.getPrototypeOf(root)) !== null; ) root = next;
      const isBare = root === value && typeof value === 'object';
      if (root !== Object.prototype && !isBare) note(path, value, 'foreign root of');
      if (typeof value === 'function') {
        const { constructor } = Object.getPrototypeOf(value);
        if (!(value instanceof Function) && value !== Function.prototype) note(path, value, 'foreign');
        if (/^(Reference|ExternalCopy|Isolate|Context|Callback)$/.test(value.name)) note(path, value, value.name);
        if (value !== Function && constructor === Function && Function('return this')() !== globalThis) {
          note(path, value, 'foreign global of');
        }
      }
      visit(Object.getPrototypeOf(value), path + '.__proto__');
      for (const key of Reflect.ownKeys(value)) {
        const property = Object.getOwnPropertyDescriptor(value, key);
        const next = path + '.' + String(key);
        visit(property.value, next);
        visit(property.get, next + '.get');
        visit(property.set, next + '.set');
      }
    };
    visit(globalThis, 'globalThis');
    const names = [...seen].filter((value) => typeof value === 'function').map((value) => value.name);
    return { strange, count: seen.size, withheld: names.filter((name) => /^(Atomics|Shared)/.test(name)) };
  `;
  const { strange, count, withheld } = guest.run(walk) as {
    strange: string[];
    count: number;
    withheld: string[];
  };
  assert.deepEqual(strange, []);
  assert.deepEqual(withheld, []);
  assert.ok(count > 500, `walked ${count} objects`);
});

test('definePlatform gives globals the descriptors of the web', () => {
  using guest = new Guest();
  const flags = guest.run(`
    URL;
    return ['console', 'setTimeout', 'URL', 'AbortSignal', 'structuredClone', 'self', 'Proxy']
      .map((name) => Object.getOwnPropertyDescriptor(globalThis, name))
      .map(({ writable, enumerable, configurable }) => [writable, enumerable, configurable].join());
  `);
  assert.deepEqual(new Set(flags as string[]), new Set(['true,false,true']));
  assert.deepEqual(guest.run('return Object.keys(globalThis)'), []);
  assert.deepEqual(
    guest.run(`
      const at = (holder, key) => Object.getOwnPropertyDescriptor(holder, key);
      return [
        at(EventTarget.prototype, 'addEventListener').enumerable,
        at(AbortSignal, 'timeout').enumerable,
        at(Event.prototype, 'type').enumerable,
        at(URL.prototype, 'href').enumerable,
        at(EventTarget.prototype, 'constructor').enumerable,
        String(new Event('x')), String(console), String(navigator), String(new URL('http://a')),
        Object.keys(console).length,
      ];
    `),
    [
      true,
      true,
      true,
      true,
      false,
      '[object Event]',
      '[object console]',
      '[object Navigator]',
      'http://a/',
      19,
    ],
  );
});

test('definePlatform names its functions and classes and shows them as natives', () => {
  using guest = new Guest();
  const names = [
    'setTimeout',
    'structuredClone',
    'atob',
    'URL',
    'URLSearchParams',
    'Event',
    'Proxy',
  ];
  const expected = names.map((name) => [name, `function ${name}() { [native code] }`]);
  const list = names.join(', ');
  assert.deepEqual(guest.run(`return [${list}].map((fn) => [fn.name, String(fn)])`), expected);
  assert.deepEqual(
    guest.run(`
      const { get } = Object.getOwnPropertyDescriptor(Event.prototype, 'type');
      return [console.log, URL.prototype.toJSON, get, Function.prototype.toString, (a) => a + 1, Map]
        .map((fn) => Function.prototype.toString.call(fn));
    `),
    [
      'function log() { [native code] }',
      'function toJSON() { [native code] }',
      'function get type() { [native code] }',
      'function toString() { [native code] }',
      '(a) => a + 1',
      'function Map() { [native code] }',
    ],
  );
});

test('lazy interfaces can be assigned, declared and deleted before their first use', () => {
  using guest = new Guest();
  assert.equal(guest.run(`globalThis.URL = 5; return URL`), 5);
  assert.equal(guest.run(`return new URLSearchParams({ a: 'b' }).toString()`), 'a=b');
  assert.equal(guest.run(`return URL`), 5);
  using other = new Guest();
  assert.equal(other.run(`return delete globalThis.URL && typeof globalThis.URL`), 'undefined');
});

test('performance and Event.timeStamp count whole milliseconds from the connection', () => {
  using guest = new Guest();
  guest.nowMs += 7;
  assert.deepEqual(
    guest.run(`return [performance.now(), new Event('x').timeStamp,
      Math.abs(performance.timeOrigin - Date.now()) < 60_000, Number.isInteger(performance.timeOrigin)]`),
    [7, 7, true, true],
  );
});

test('reportError and an error in a microtask reach onError', async () => {
  using guest = new Guest();
  await guest.runAsync(`
    reportError('reported');
    queueMicrotask(() => { throw 'thrown'; });
    await null; await null;
  `);
  assert.deepEqual(guest.errors, ["'reported'", "'thrown'"]);
});
