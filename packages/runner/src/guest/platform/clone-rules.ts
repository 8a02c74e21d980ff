import { isWeakHolder } from './brands.ts';
import { type Special, specialPrototypes } from './clone-kinds.ts';
import { getPrototypeOf, mapGet } from './natives.ts';
import type { Clonable } from './realm.ts';

const objectPrototype = Object.prototype;

/** Which objects cannot be cloned, besides the language's own. */
export interface Refusals {
  /** Whether this is the prototype of a platform class whose instances cannot be cloned. */
  isRefusedPrototype(value: object): boolean;
  isProxy(value: object): boolean;
  /** How the instances of a platform class are cloned, by its prototype. */
  clonable(prototype: object): Clonable | undefined;
}

/** Tells how an object has to be cloned. */
export type Rules = ReturnType<typeof rulesOf>;

export function rulesOf({ clonable, isProxy, isRefusedPrototype }: Refusals) {
  const table = specialPrototypes();

  function kindOf(prototype: object): Special | undefined {
    if (isRefusedPrototype(prototype)) return 'refused';
    return clonable(prototype) === undefined ? mapGet(table, prototype) : 'looked at';
  }

  return {
    isProxy,

    /** Whether the prototype chain has a class that is treated specially; for most objects it has not. */
    isSpecial(value: object): boolean {
      for (let proto = getPrototypeOf(value); proto !== null; proto = getPrototypeOf(proto)) {
        if (proto === objectPrototype) return false;
        if (kindOf(proto) !== undefined) return true;
      }
      return false;
    },

    isRefused(value: object): boolean {
      if (isWeakHolder(value)) return true;
      for (let proto = getPrototypeOf(value); proto !== null; proto = getPrototypeOf(proto)) {
        if (kindOf(proto) === 'refused') return true;
      }
      return false;
    },

    /** How an instance of a platform class is cloned or transferred. */
    platformPart(value: object, how: keyof Clonable): (() => unknown) | undefined {
      for (let proto = getPrototypeOf(value); proto !== null; proto = getPrototypeOf(proto)) {
        const part = clonable(proto)?.[how]?.(value);
        if (part !== undefined) return part;
      }
      return undefined;
    },
  };
}
