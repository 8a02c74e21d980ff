/** Web IDL's conversions and iterables, as far as the platform's own classes need them. */
import {
  create,
  defineHidden,
  defineOwn,
  defineProperty,
  getPrototypeOf,
  iteratorMethod,
  toWellFormed,
} from './natives.ts';

/** Classes of interfaces, by name. */
export type Interfaces<Name extends string> = Readonly<
  Record<Name, new (...values: never[]) => object>
>;

/** Throws unless at least `least` arguments were given to the function called `where`. */
export function requireArguments(where: string, count: number, least: number): void {
  if (count >= least) return;
  const wanted = `${least} argument${least === 1 ? '' : 's'} required`;
  throw new TypeError(`${where}: ${wanted}, but only ${count} present.`);
}

/** Web IDL's USVString: lone surrogates become U+FFFD. */
export function toUsvString(value: unknown): string {
  return toWellFormed(`${value as string}`);
}

/** Web IDL's ByteString: a TypeError for code units above 255. */
export function toByteString(value: unknown): string {
  const text = `${value as string}`;
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 255) {
      throw new TypeError('A header may only hold characters up to U+00FF');
    }
  }
  return text;
}

export type Members = Readonly<Record<string, unknown>>;

/** Web IDL's dictionaries: an object, undefined or null. */
export function toDictionary(value: unknown, what: string): Members {
  if (value === undefined || value === null) return create(null) as Members;
  if (typeof value === 'object' || typeof value === 'function') return value as Members;
  throw new TypeError(`${what} must be an object`);
}

/** Web IDL's enumerations: one of the allowed values. */
export function toEnum<T extends string>(value: unknown, allowed: readonly T[], what: string): T {
  const text = `${value as string}`;
  for (let index = 0; index < allowed.length; index++) {
    if (allowed[index] === text) return text as T;
  }
  throw new TypeError(`${what}: "${text}" is not one of ${allowed.join(', ')}`);
}

/** Web IDL's integers from 0 to `most` with `[EnforceRange]`. */
export function enforceRange(value: unknown, most: number, what: string): number {
  const number = Number(value);
  const whole = Math.trunc(number);
  if (!Number.isFinite(number) || whole < 0 || whole > most) {
    throw new TypeError(`${what} must be a number from 0 to ${most}`);
  }
  return whole + 0;
}

/** The items of Web IDL's `sequence`: those of an iterable object, each converted as it is read. */
export function toSequence<T = unknown>(
  value: unknown,
  what: string,
  convert: (item: unknown) => T = (item) => item as T,
): T[] {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  const method = isObject ? iteratorMethod(value) : undefined;
  if (typeof method !== 'function') throw new TypeError(`${what} must be a sequence`);
  const items: T[] = [];
  // The method is read once.
  const iterable = {
    [Symbol.iterator]: () => Reflect.apply(method, value, []) as Iterator<unknown>,
  };
  for (const item of iterable) defineOwn(items, items.length, convert(item));
  return items;
}

const iteratorPrototype = getPrototypeOf(getPrototypeOf([][Symbol.iterator]())!)!;

/**
 * Makes a class an iterable of pairs. `pairsOf` is called at every step, since the pairs may change
 * during the iteration; it throws for anything but an instance.
 */
export function defineIterable<T extends object>(
  name: string,
  ctor: abstract new (...values: never[]) => T,
  pairsOf: (self: T) => readonly (readonly [unknown, unknown])[],
): void {
  type Kind = 'keys' | 'values' | 'entries';

  class Steps {
    readonly #target: T;
    readonly #kind: Kind;
    #index = 0;

    constructor(target: T, kind: Kind) {
      this.#target = target;
      this.#kind = kind;
    }

    static isSteps(value: unknown): value is Steps {
      return typeof value === 'object' && value !== null && #kind in value;
    }

    step(): IteratorResult<unknown> {
      const pair = pairsOf(this.#target)[this.#index];
      if (pair === undefined) return { value: undefined, done: true };
      this.#index++;
      const kind = this.#kind;
      const value = kind === 'keys' ? pair[0] : kind === 'values' ? pair[1] : [pair[0], pair[1]];
      return { value, done: false };
    }
  }
  const { step } = Steps.prototype;

  const prototype = create(iteratorPrototype) as object;
  const { next } = {
    next(this: unknown): IteratorResult<unknown> {
      if (!Steps.isSteps(this)) throw new TypeError(`next: not an iterator of ${name}`);
      return Reflect.apply(step, this, []);
    },
  };
  const configurable = true;
  defineProperty(prototype, 'next', {
    value: next,
    writable: true,
    enumerable: true,
    configurable,
  });
  defineProperty(prototype, Symbol.toStringTag, { value: `${name} Iterator`, configurable });

  const start = (self: T, kind: Kind): object => {
    pairsOf(self);
    const steps = new Steps(self, kind);
    return Object.setPrototypeOf(steps, prototype) as object;
  };
  const methods = {
    entries(this: T): object {
      return start(this, 'entries');
    },
    keys(this: T): object {
      return start(this, 'keys');
    },
    values(this: T): object {
      return start(this, 'values');
    },
    forEach(this: T, callback: (value: unknown, key: unknown, self: T) => void): void {
      pairsOf(this);
      requireArguments('forEach', arguments.length, 1);
      if (typeof callback !== 'function') throw new TypeError('forEach needs a function');
      const thisArgument: unknown = arguments[1];
      for (let index = 0, pair; (pair = pairsOf(this)[index]) !== undefined; index++) {
        Reflect.apply(callback, thisArgument, [pair[1], pair[0], this]);
      }
    },
  };
  for (const [key, method] of Object.entries(methods)) {
    defineProperty(ctor.prototype as object, key, {
      value: method,
      writable: true,
      enumerable: true,
      configurable,
    });
  }
  defineHidden(ctor.prototype as object, Symbol.iterator, methods.entries);
}
