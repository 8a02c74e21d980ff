// Arguments of Node's own cryptography and compression that change while they are read, lead back to themselves or
// have no end: the runner may answer with words and codes, never with something of its own.
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const [{ Buffer }, crypto, zlib] = ['buffer', 'crypto', 'zlib'].map((name) => require(`node:${name}`));
  const bag = collector();
  const grows = () => new ArrayBuffer(8, { maxByteLength: 4_096 });
  const loop = {};
  loop.loop = loop;
  loop.list = [loop, [loop]];
  const makes = [
    () => undefined, () => null, () => -1, () => 2 ** 53, () => NaN, () => 2n ** 70n, () => Symbol('s'), () => () => bag.take('called'), () => '\ud800', () => 'x'.repeat(20_000),
    () => { const buffer = new ArrayBuffer(8); const view = new Uint8Array(buffer); return { get key() { buffer.transfer(); return view; }, iv: view, N: view, params: view }; },
    () => { const buffer = grows(); const view = new Uint8Array(buffer, 4); return { get key() { buffer.resize(2); return view; }, get level() { buffer.resize(4_096); return view; } }; },
    () => { const buffer = grows(); const view = new DataView(buffer, 6); buffer.resize(0); return view; },
    () => { const bytes = new Uint8Array([1, 2, 3]); Object.defineProperties(bytes, { length: { value: 2 ** 31 }, byteLength: { value: -1 }, byteOffset: { value: 2 ** 20 }, buffer: { value: grows() } }); return bytes; },
    () => { class Bytes extends Uint8Array { static get [Symbol.species]() { return Array; } subarray() { return [bag]; } } return new Bytes([4, 5]); },
    () => new Proxy(new Uint8Array(8), { get(_target, key) { bag.take(key); return 2 ** 40; }, getPrototypeOf: () => Uint8Array.prototype }),
    () => new Proxy({}, { ownKeys: () => ['__proto__', 'constructor', 'key'], getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }), get: (_target, key) => key }),
    () => loop, () => JSON.parse('{"__proto__":{"key":1},"constructor":{"prototype":{"key":1}}}'), () => { throw new Error('no value'); },
    () => ({ toJSON: () => ['call', 1, 'constructor'], key: 'sha256' }), () => ['bytes', 'Buffer', 0, 2 ** 31], () => ({ 0: 'key', 1: 'private', length: 4 }),
  ];
  const names = ['sha256', 'aes-256-gcm', 'P-256', 'modp1', 'secret', 'rsa', Buffer.alloc(32)];
  const calls = [...Object.entries(crypto), ...Object.entries(zlib)].filter(([name, value]) => typeof value === 'function' && !/^(?:random|generate|checkPrime|argon2|createDiffieHellman$|DiffieHellman$)/.test(name));
  let tried = 0;
  for (const [, call] of calls) {
    for (const make of makes) {
      for (const first of [make, () => names[tried % names.length]]) {
        tried++;
        try {
          const result = /^[A-Z]/.test(call.name) ? new call(first(), make(), make()) : call(first(), make(), make());
          bag.take(result);
          for (const name of ['update', 'digest', 'final', 'export', 'getAuthTag', 'toString']) {
            try { bag.take(result[name](make())); } catch (error) { bag.take(error); }
          }
        } catch (error) {
          bag.take(error);
        }
      }
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  const errors = bag.values().filter((value) => value instanceof Error);
  return { ...plunder(errors.slice(0, 400), params), calls: tried, words: [...new Set(errors.map(({ message }) => `${message}`.slice(0, 200)))].slice(0, 300) };
}
