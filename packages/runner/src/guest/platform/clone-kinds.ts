import { DOMException } from './dom-exception.ts';

/** How `structuredClone` treats instances of the language's own classes. */
export type Special = 'looked at' | 'refused';

/** Those classes, by their prototypes. */
export function specialPrototypes(): Map<object, Special> {
  const found = new Map<object, Special>();
  const looked = [
    Map,
    Set,
    Date,
    RegExp,
    Error,
    ArrayBuffer,
    DOMException,
    Number,
    String,
    Boolean,
    BigInt,
    Symbol,
    WeakMap,
    WeakSet,
    WeakRef,
    FinalizationRegistry,
  ];
  for (const { prototype } of looked) found.set(prototype, 'looked at');
  const prototypeOf = (value: object): object => Object.getPrototypeOf(value) as object;
  const iterators = [[].values(), new Map().keys(), new Set().keys(), ''.matchAll(/x/g)];
  const refused = [
    Promise.prototype,
    prototypeOf(function* () {}.prototype as object),
    prototypeOf(async function* () {}.prototype as object),
    prototypeOf(''[Symbol.iterator]()),
    ...iterators.map(prototypeOf),
    ...Object.values(Object.getOwnPropertyDescriptors(Intl))
      .map(({ value }: PropertyDescriptor) => (value as { prototype?: object }).prototype)
      .filter((prototype) => typeof prototype === 'object'),
  ];
  for (const prototype of refused) found.set(prototype, 'refused');
  return found;
}
