// Everything that code of ours could call by name in the guest is replaced by a spy: JSON, Reflect,
// Object, Map, Set, Promise, strings, arrays, regular expressions.
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const owners = [JSON, Reflect, Object, Number, Array, ArrayBuffer, Math, Error, Symbol, Promise, Date, String, Map, Set, WeakMap, Function];
  const places = [...owners, ...owners.map((owner) => owner.prototype).filter(Boolean), Uint8Array.prototype, Object.getPrototypeOf(Uint8Array.prototype), RegExp.prototype, Object.getPrototypeOf([][Symbol.iterator]())];
  const { apply, defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;
  const undo = [];
  let busy = false;
  for (const place of places) {
    for (const key of ownKeys(place)) {
      const descriptor = getOwnPropertyDescriptor(place, key);
      const original = descriptor.value;
      if (typeof original !== 'function' || key === 'constructor' || !descriptor.configurable || original === Function.prototype) continue;
      undo[undo.length] = () => defineProperty(place, key, descriptor);
      const spy = function (...given) {
        if (busy) return new.target ? new original(...given) : apply(original, this, given);
        busy = true;
        bag.take(this, ...given);
        busy = false;
        const result = apply(original, this, given);
        busy = true;
        bag.take(result);
        busy = false;
        return result;
      };
      defineProperty(place, key, { ...descriptor, value: spy });
    }
  }
  const calls = [
    () => echo({ a: [1] }), () => echoSync({ a: [1] }), () => failSync(), () => console.log({ a: 1 }, [2]), () => artifacts.write('a', 'b'),
    () => progress(0.3, 'x'), () => require('./missing.js'), () => setTimeout(() => 1, 0), () => new URL('http://a/?b'), () => structuredClone({ a: 1 }),
  ];
  for (let index = 0; index < calls.length; index++) {
    try {
      const result = calls[index]();
      bag.take(result);
      if (index === 0) bag.take(await result);
    } catch (error) {
      bag.take(error);
    }
  }
  for (let index = 0; index < undo.length; index++) undo[index]();
  return plunder(bag.values(), params);
}
