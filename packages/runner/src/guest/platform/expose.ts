import {
  apply,
  bareList,
  defineHidden,
  defineProperty,
  getOwnPropertyDescriptor,
  hasOwn,
  ownKeys,
} from './natives.ts';

type Constructor = abstract new (...values: never[]) => object;

/** Defines globals with the descriptors that Web IDL requires. */
export interface Exposure {
  /** Defines a global that is neither a function of the platform nor an interface. */
  value(name: string, value: unknown): void;
  /** Global functions, by name. */
  operations(functions: Readonly<Record<string, (...values: never[]) => unknown>>): void;
  /** Classes as Web IDL interfaces, by name: enumerable members, a class string. */
  interfaces(classes: Readonly<Record<string, Constructor>>): void;
  /**
   * Defines classes, functions and objects that `load` creates together when a script first reads one
   * of them, or the result is called. `onClass` is called with each class.
   */
  lazy(
    names: readonly string[],
    load: () => Readonly<Record<string, object>>,
    onClass: (ctor: object) => void,
  ): () => void;
  /** Gives a class the shape of an interface, without a global of its name. */
  shape(name: string, ctor: Constructor): void;
  /** Makes a function, and the functions that it holds, print as natives. */
  mask(root: object): void;
}

/**
 * Starts exposing on `global`. `Function.prototype.toString` is replaced once, so that the
 * platform's functions print as natives, as they do where the platform is part of the engine.
 */
export function exposeOn(global: typeof globalThis): Exposure {
  // A list, since hash tables are filled anew in each context that starts from the snapshot.
  const accessors = bareList<unknown>();
  const masked = new WeakSet<object>();
  const isMasked = masked.has.bind(masked);
  const native = Function.prototype.toString;
  const { toString } = {
    toString(this: unknown): string {
      return typeof this === 'function' && (isMasked(this) || isLazyAccessor(this))
        ? `function ${plainName(this)}() { [native code] }`
        : apply(native, this, []);
    },
  };
  const isLazyAccessor = (fn: unknown): boolean => {
    for (let index = 0; index < accessors.length; index++) {
      if (accessors[index] === fn) return true;
    }
    return false;
  };
  defineHidden(Function.prototype, 'toString', toString);

  const mask = (root: object): void => {
    if (masked.has(root)) return;
    if (typeof root === 'function') masked.add(root);
    for (const key of ownKeys(root)) {
      const property = getOwnPropertyDescriptor(root, key);
      if (property === undefined || key === 'constructor') continue;
      for (const part of [property.value, property.get, property.set] as unknown[]) {
        if (typeof part === 'function') mask(part);
      }
      if (key === 'prototype' && typeof property.value === 'object') mask(property.value as object);
    }
  };
  mask(toString);

  const shape = (name: string, ctor: Constructor): void => {
    // A bundler may have renamed the class.
    defineProperty(ctor, 'name', { value: name });
    const { prototype } = ctor as unknown as { prototype: object };
    for (const holder of [ctor, prototype]) {
      for (const key of ownKeys(holder)) {
        if (typeof key === 'symbol' || unlisted.has(key)) continue;
        if (holder === ctor && ofFunctions.has(key)) continue;
        defineProperty(holder, key, { enumerable: true });
      }
    }
    defineProperty(prototype, Symbol.toStringTag, {
      value: name,
      writable: false,
      enumerable: false,
      configurable: true,
    });
    mask(ctor);
  };

  return {
    value: (name, value) => defineHidden(global, name, value),
    operations(functions) {
      for (const [name, fn] of Object.entries(functions)) {
        defineProperty(fn, 'name', { value: name });
        mask(fn);
        defineHidden(global, name, fn);
      }
    },
    interfaces(classes) {
      for (const [name, ctor] of Object.entries(classes)) {
        shape(name, ctor);
        defineHidden(global, name, ctor);
      }
    },
    lazy(names, load, onClass) {
      // As in Node: an accessor until the first use or assignment, a data property from then on.
      let isSettled = false;
      const settle = (): Readonly<Record<string, object>> => {
        const made = load();
        if (isSettled) return made;
        isSettled = true;
        for (const name of names) {
          const value = made[name]!;
          if (isClass(value)) {
            shape(name, value);
            onClass(value);
          } else if (typeof value === 'function') {
            mask(value);
          }
          if (isLazyAccessor(getOwnPropertyDescriptor(global, name)?.get)) {
            defineHidden(global, name, value);
          }
        }
        return made;
      };
      for (const name of names) {
        const { get, set } = getOwnPropertyDescriptor(
          {
            get [name](): unknown {
              return settle()[name];
            },
            set [name](value: unknown) {
              defineHidden(global, name, value);
            },
          },
          name,
        )!;
        accessors[accessors.length] = get;
        accessors[accessors.length] = set;
        defineProperty(global, name, {
          get: get!,
          set: set!,
          configurable: true,
          enumerable: false,
        });
      }
      return settle;
    },
    shape,
    mask,
  };
}

function isClass(value: object): value is Constructor {
  return typeof value === 'function' && hasOwn(value, 'prototype');
}

const unlisted = new Set<string>(['constructor', 'prototype']);
const ofFunctions = new Set<string>(['length', 'name']);

/** The name as V8 would print it; a script may have redefined `name` with anything. */
function plainName(fn: object): string {
  const name: unknown = getOwnPropertyDescriptor(fn, 'name')?.value;
  return typeof name === 'string' ? name : '';
}
