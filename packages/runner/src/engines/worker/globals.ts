import { ownBefore } from './natives.ts';

/** The globals of ECMAScript that scripts have in every engine. */
const ofLanguage = new Set<PropertyKey>(
  (
    'AggregateError Array ArrayBuffer AsyncDisposableStack BigInt BigInt64Array BigUint64Array Boolean DataView ' +
    'Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function ' +
    'Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy ' +
    'RangeError ReferenceError Reflect RegExp Set String SuppressedError Symbol SyntaxError TypeError ' +
    'URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet console ' +
    'decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat ' +
    'parseInt undefined unescape'
  ).split(' '),
);

/**
 * Removes every global that is neither of the language nor the guest's: workers, sockets, databases,
 * fonts, and what else browsers have. That a script finds none of it makes it behave as in an isolate;
 * that it reaches nothing by it is for the frame's policy, which holds without this.
 */
export function removeForeignGlobals(): void {
  for (const [key, before] of ownBefore) {
    if (ofLanguage.has(key)) continue;
    const now = Reflect.getOwnPropertyDescriptor(globalThis, key);
    const isGuests = now !== undefined && (now.value !== before.value || now.get !== before.get);
    if (!isGuests) Reflect.deleteProperty(globalThis, key);
  }
  // What is left of a worker's scope is on its prototypes.
  for (
    let holder = Reflect.getPrototypeOf(globalThis);
    holder !== null && holder !== Object.prototype;
    holder = Reflect.getPrototypeOf(holder)
  ) {
    for (const key of Reflect.ownKeys(holder)) Reflect.deleteProperty(holder, key);
  }
}
