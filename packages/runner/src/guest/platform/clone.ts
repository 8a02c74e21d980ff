import {
  isArrayBuffer,
  isDate,
  isError,
  isMap,
  isRegExp,
  isSet,
  isView,
  unboxed,
} from './brands.ts';
import { bufferCopy, transferOf, viewOn } from './clone-buffers.ts';
import { copyOfDomException, copyOfError } from './clone-errors.ts';
import { built, Late, refuse } from './clone-late.ts';
import { type Refusals, type Rules, rulesOf } from './clone-rules.ts';
import { isDOMException } from './dom-exception.ts';
import {
  bareList,
  defineHidden,
  defineOwn,
  isArray,
  mapForEach,
  mapGet,
  mapHas,
  mapSet,
  objectKeys,
  setAdd,
  setForEach,
  uncurry,
} from './natives.ts';

const { Date, Map, Object, RegExp, Set } = globalThis;
const { hasOwn } = Object;
const dateValue = uncurry(Date.prototype.valueOf);
const objectPrototype = Object.prototype;
const arrayPrototype = Array.prototype;

/**
 * Creates HTML's `structuredClone(value, { transfer })`. It reads the whole value first and copies what it reads; then it
 * detaches what is transferred, and puts that where it belongs: a value that cannot be cloned throws a
 * `DataCloneError` and leaves every buffer as it was.
 */
export function createStructuredClone(refusals: Refusals) {
  let rules: Rules | undefined;

  return function structuredClone(
    value: unknown,
    options?: { readonly transfer?: Iterable<unknown> } | null,
  ): unknown {
    if (arguments.length === 0) throw new TypeError('structuredClone: 1 argument required');
    const transfers = options?.transfer === undefined ? [] : [...options.transfer];
    return new Cloning((rules ??= rulesOf(refusals))).run(value, transfers);
  };
}

/** One call: its copies, and what is left to do when all has been read. */
class Cloning {
  readonly #rules: Rules;
  readonly #copies = new Map<object, unknown>();
  readonly #left = bareList<() => void>();

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  run(value: unknown, transfers: readonly unknown[]): unknown {
    const transferred = transfers.map((item, index) => this.#transferred(item, index));
    const copy = this.#copy(value);
    for (let index = 0; index < transferred.length; index++) built(transferred[index]);
    const left = this.#left;
    for (let index = 0; index < left.length; index++) left[index]!();
    return built(copy);
  }

  #transferred(item: unknown, index: number): Late {
    if (typeof item !== 'object' || item === null) {
      return refuse(`Value at index ${index} does not have a transferable type.`);
    }
    if (mapHas(this.#copies, item)) return refuse(`Value at index ${index} is a duplicate.`);
    const make = isArrayBuffer(item)
      ? transferOf(item, index)
      : (this.#rules.platformPart(item, 'transfer') ??
        refuse(`Value at index ${index} does not have a transferable type.`));
    const late = new Late(make);
    mapSet(this.#copies, item, late);
    return late;
  }

  /** The copy of a value; a `Late` for what is there only when all has been read. */
  #copy(value: unknown): unknown {
    if (typeof value !== 'object') {
      if (typeof value === 'symbol') refuse(`${value.toString()} could not be cloned.`);
      if (typeof value === 'function') refuse(`${functionText(value)} could not be cloned.`);
      return value;
    }
    if (value === null) return value;
    const known = mapGet(this.#copies, value);
    if (known !== undefined) return known;
    const rules = this.#rules;
    if (rules.isProxy(value)) return refuse('#<Object> could not be cloned.');
    const leaf = this.#leaf(value);
    if (leaf !== undefined) {
      mapSet(this.#copies, value, leaf);
      return leaf;
    }
    if (rules.isSpecial(value)) {
      if (isMap(value)) return this.#map(value);
      if (isSet(value)) return this.#set(value);
      if (isError(value)) return this.#error(value);
      if (rules.isRefused(value))
        return refuse(`#<${constructorName(value)}> could not be cloned.`);
    }
    return this.#members(value);
  }

  /** Objects that hold no other clonable object, views on a buffer aside. */
  #leaf(value: object): unknown {
    if (isView(value)) return viewOn(value, (buffer) => this.#copy(buffer));
    if (!this.#rules.isSpecial(value)) return undefined;
    if (isDate(value)) return new Date(dateValue(value));
    if (isRegExp(value)) return new RegExp(value.source, value.flags);
    if (isArrayBuffer(value)) return bufferCopy(value);
    if (isDOMException(value)) return copyOfDomException(value);
    const platform = this.#rules.platformPart(value, 'clone');
    if (platform !== undefined) return platform();
    const box = unboxed(value);
    if (box === undefined) return undefined;
    if (typeof box[0] === 'symbol') return refuse('Object(Symbol) could not be cloned.');
    return Object(box[0]);
  }

  #map(value: Map<unknown, unknown>): object {
    const parts = bareList<unknown>();
    mapForEach(value, (item, key) => {
      parts[parts.length] = key;
      parts[parts.length] = item;
    });
    const copy = new Map<unknown, unknown>();
    mapSet(this.#copies, value, copy);
    for (let index = 0; index < parts.length; index++) parts[index] = this.#copy(parts[index]);
    this.#left[this.#left.length] = () => {
      for (let index = 0; index < parts.length; index += 2) {
        mapSet(copy, built(parts[index]), built(parts[index + 1]));
      }
    };
    return copy;
  }

  #set(value: Set<unknown>): object {
    const items = bareList<unknown>();
    setForEach(value, (item) => void (items[items.length] = item));
    const copy = new Set<unknown>();
    mapSet(this.#copies, value, copy);
    for (let index = 0; index < items.length; index++) items[index] = this.#copy(items[index]);
    this.#left[this.#left.length] = () => {
      for (let index = 0; index < items.length; index++) setAdd(copy, built(items[index]));
    };
    return copy;
  }

  #error(value: Error): object {
    const { copy, cause } = copyOfError(value);
    // A cause may lead back to the error itself.
    mapSet(this.#copies, value, copy);
    if (cause !== undefined) {
      const part = this.#copy(cause.value);
      this.#left[this.#left.length] = () => defineHidden(copy, 'cause', built(part));
    }
    return copy;
  }

  #members(value: object): object {
    const copy = isArray(value) ? emptyArray(value.length) : {};
    const prototype = isArray(value) ? arrayPrototype : objectPrototype;
    mapSet(this.#copies, value, copy);
    const keys = objectKeys(value);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      // A getter that ran before may have removed the member.
      if (!hasOwn(value, key)) continue;
      const item = this.#copy((value as Record<string, unknown>)[key]);
      // An assignment is several times quicker, and would find a setter of the prototype.
      if (key in prototype) defineOwn(copy, key, item);
      else (copy as Record<string, unknown>)[key] = item;
      if (item instanceof Late) {
        this.#left[this.#left.length] = () => defineOwn(copy, key, built(item));
      }
    }
    return copy;
  }
}

function emptyArray(length: number): unknown[] {
  const list: unknown[] = [];
  list.length = length;
  return list;
}

function functionText(value: object): string {
  return Function.prototype.toString.call(value);
}

function constructorName(value: object): string {
  const { constructor } = value;
  return typeof constructor === 'function' ? constructor.name : 'Object';
}
