import {
  isArrayBuffer,
  isDate,
  isError,
  isMap,
  isRegExp,
  isSet,
  isView,
  isWeakHolder,
  unboxed,
} from './brands.ts';
import { bufferNode, transferNode, viewNode } from './clone-buffers.ts';
import { made, refuse } from './clone-node.ts';
import type { Node } from './clone-node.ts';
import { domExceptionNode, errorNode } from './clone-errors.ts';
import { type Special, specialPrototypes } from './clone-kinds.ts';
import type { Clonable } from './realm.ts';
import { isDOMException } from './dom-exception.ts';
import {
  bareList,
  defineOwn,
  getPrototypeOf,
  hasOwn,
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
const dateValue = uncurry(Date.prototype.valueOf);
const objectPrototype = Object.prototype;

/** Which objects cannot be cloned, besides the language's own. */
export interface Refusals {
  /** Whether this is the prototype of a platform class whose instances cannot be cloned. */
  isRefusedPrototype(value: object): boolean;
  isProxy(value: object): boolean;
  /** How the instances of a platform class are cloned, by its prototype. */
  clonable(prototype: object): Clonable | undefined;
}

/**
 * Creates HTML's `structuredClone(value, { transfer })`. It serializes the whole value into
 * nodes first, then detaches what is transferred, then builds: a value that cannot be cloned
 * throws a `DataCloneError` and leaves every buffer as it was.
 */
export function createStructuredClone(refusals: Refusals) {
  let table: Map<object, Special> | undefined;

  return structuredClone;

  function structuredClone(
    value: unknown,
    options?: { readonly transfer?: Iterable<unknown> } | null,
  ): unknown {
    if (arguments.length === 0) throw new TypeError('structuredClone: 1 argument required');
    const seen = new Map<object, Node>();
    const transfers = options?.transfer === undefined ? [] : [...options.transfer];
    const transferred = transfers.map((item, index) => {
      if (typeof item !== 'object' || item === null) {
        return refuse(`Value at index ${index} does not have a transferable type.`);
      }
      if (mapHas(seen, item)) return refuse(`Value at index ${index} is a duplicate.`);
      const node = isArrayBuffer(item)
        ? transferNode(item, index)
        : (platformNode(item, 'transfer') ??
          refuse(`Value at index ${index} does not have a transferable type.`));
      mapSet(seen, item, node);
      return node;
    });
    const root = serialize(value, seen);
    for (const node of transferred) build(node);
    return build(root);
  }

  function serialize(value: unknown, seen: Map<object, Node>): Node {
    if (typeof value === 'symbol') return refuse(`${value.toString()} could not be cloned.`);
    if (typeof value === 'function') return refuse(`${functionText(value)} could not be cloned.`);
    if (typeof value !== 'object' || value === null) return made(value);
    const known = mapGet(seen, value);
    if (known !== undefined) return known;
    if (refusals.isProxy(value)) return refuse('#<Object> could not be cloned.');
    const leaf = serializeLeaf(value, seen);
    if (leaf !== undefined) {
      mapSet(seen, value, leaf);
      return leaf;
    }
    if (isSpecial(value)) {
      if (isMap(value)) return serializeMap(value, seen);
      if (isSet(value)) return serializeSet(value, seen);
      if (isError(value)) {
        const remember = (node: Node): void => void mapSet(seen, value, node);
        return errorNode(value, remember, (part) => serialize(part, seen), build);
      }
      if (isRefused(value)) return refuse(`#<${constructorName(value)}> could not be cloned.`);
    }
    return serializeMembers(value, seen);
  }

  /** Objects that hold no other clonable object, views on a buffer aside. */
  function serializeLeaf(value: object, seen: Map<object, Node>): Node | undefined {
    if (isView(value)) {
      return viewNode(value, (buffer) => serialize(buffer, seen), build);
    }
    if (!isSpecial(value)) return undefined;
    if (isDate(value)) {
      const time = dateValue(value);
      return { make: () => new Date(time) };
    }
    if (isRegExp(value)) {
      const { source, flags } = value;
      return { make: () => new RegExp(source, flags) };
    }
    if (isArrayBuffer(value)) return bufferNode(value);
    if (isDOMException(value)) return domExceptionNode(value);
    const platform = platformNode(value, 'clone');
    if (platform !== undefined) return platform;
    const box = unboxed(value);
    if (box === undefined) return undefined;
    if (typeof box[0] === 'symbol') return refuse('Object(Symbol) could not be cloned.');
    return { make: () => Object(box[0]) as object };
  }

  function platformNode(value: object, how: keyof Clonable): Node | undefined {
    for (let proto = getPrototypeOf(value); proto !== null; proto = getPrototypeOf(proto)) {
      const node = refusals.clonable(proto)?.[how]?.(value);
      if (node !== undefined) return node;
    }
    return undefined;
  }

  function serializeMap(value: Map<unknown, unknown>, seen: Map<object, Node>): Node {
    const pairs = bareList<{ readonly key: unknown; readonly item: unknown }>();
    mapForEach(value, (item, key) => void (pairs[pairs.length] = { key, item }));
    const nodes = bareList<{ readonly key: Node; readonly item: Node }>();
    const node: Node = {
      make: () => new Map(),
      fill(target) {
        for (let index = 0; index < nodes.length; index++) {
          const { key, item } = nodes[index]!;
          mapSet(target as Map<unknown, unknown>, build(key), build(item));
        }
      },
    };
    mapSet(seen, value, node);
    for (let index = 0; index < pairs.length; index++) {
      const { key, item } = pairs[index]!;
      nodes[index] = { key: serialize(key, seen), item: serialize(item, seen) };
    }
    return node;
  }

  function serializeSet(value: Set<unknown>, seen: Map<object, Node>): Node {
    const items = bareList<unknown>();
    setForEach(value, (item) => void (items[items.length] = item));
    const nodes = bareList<Node>();
    const node: Node = {
      make: () => new Set(),
      fill(target) {
        for (let index = 0; index < nodes.length; index++) {
          setAdd(target as Set<unknown>, build(nodes[index]!));
        }
      },
    };
    mapSet(seen, value, node);
    for (let index = 0; index < items.length; index++) nodes[index] = serialize(items[index], seen);
    return node;
  }

  function serializeMembers(value: object, seen: Map<object, Node>): Node {
    const members = bareList<{ readonly key: string; readonly item: Node }>();
    const length = isArray(value) ? value.length : undefined;
    const node: Node = {
      make: () => (length === undefined ? {} : emptyArray(length)),
      fill(target) {
        for (let index = 0; index < members.length; index++) {
          const { key, item } = members[index]!;
          defineOwn(target, key, build(item));
        }
      },
    };
    mapSet(seen, value, node);
    const keys = objectKeys(value);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      // A getter that ran before may have removed the member.
      if (!hasOwn(value, key)) continue;
      const item = serialize((value as Record<string, unknown>)[key], seen);
      members[members.length] = { key, item };
    }
    return node;
  }

  function kindOf(prototype: object): Special | undefined {
    table ??= specialPrototypes();
    if (refusals.isRefusedPrototype(prototype)) return 'refused';
    return refusals.clonable(prototype) === undefined ? mapGet(table, prototype) : 'looked at';
  }

  /** Whether the prototype chain has a class that is treated specially; for most objects it has not. */
  function isSpecial(value: object): boolean {
    for (let proto = getPrototypeOf(value); proto !== null; proto = getPrototypeOf(proto)) {
      if (proto === objectPrototype) return false;
      if (kindOf(proto) !== undefined) return true;
    }
    return false;
  }

  function isRefused(value: object): boolean {
    if (isWeakHolder(value)) return true;
    for (let proto = getPrototypeOf(value); proto !== null; proto = getPrototypeOf(proto)) {
      if (kindOf(proto) === 'refused') return true;
    }
    return false;
  }
}

function build(node: Node): unknown {
  if ('made' in node) return node.made;
  const object = node.make!();
  node.made = object;
  node.fill?.(object as object);
  return object;
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
