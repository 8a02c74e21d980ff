import { setHas } from '../entry/natives.ts';

const {
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  ownKeys,
  setPrototypeOf,
} = Reflect;

/** A property of a built-in as it was before any script. */
interface Property {
  readonly holder: object;
  readonly key: PropertyKey;
  readonly own: PropertyDescriptor;
}

/** A property as a script has left it; null where it has none. */
interface Change {
  readonly holder: object;
  readonly key: PropertyKey;
  readonly changed: PropertyDescriptor | null;
}

const generator = getPrototypeOf(function* () {}) as { prototype: object };
const asyncGenerator = getPrototypeOf(async function* () {}) as { prototype: object };

/** Whatever the runner's own code finds the language's functions in, apart from the global scope. */
const classes: readonly { readonly prototype: object }[] = [
  Object,
  Function,
  Array,
  String,
  Number,
  Boolean,
  Symbol,
  BigInt,
  Date,
  RegExp,
  Error,
  Map,
  Set,
  WeakMap,
  WeakSet,
  WeakRef,
  Promise,
  ArrayBuffer,
  DataView,
  Uint8Array,
  getPrototypeOf(Uint8Array) as typeof Uint8Array,
];
const ofLanguage: readonly object[] = [
  ...classes.flatMap((ctor) => [ctor, ctor.prototype]),
  ...['', [], new Map(), new Set(), 'a'.matchAll(/a/g)].map(iteratorOf),
  JSON,
  Math,
  Reflect,
  getPrototypeOf(iteratorOf([])) as object,
  generator.prototype,
  asyncGenerator.prototype,
  getPrototypeOf(async function () {}) as object,
];

function iteratorOf(value: Iterable<unknown>): object {
  return getPrototypeOf(value[Symbol.iterator]()) as object;
}

/** Hooks that Node gives to scripts, and what changes as a process runs. */
const theScripts = new Set<PropertyKey>([
  'prepareStackTrace',
  'stackTraceLimit',
  'exitCode',
  'env',
]);

/**
 * The built-ins that the runner shares with the script, as they were before it. What the runner does on
 * the way of every message looks nothing up in them; everything else is done with what a script has
 * put in their place taken out for that long.
 */
export class BuiltIns {
  readonly #holders: readonly object[];
  readonly #unused: ReadonlySet<PropertyKey>;
  readonly #properties: Property[] = [];
  /** The prototypes that objects of all kinds have, with their keys: a script may add some. */
  readonly #roots = [Object.prototype, Array.prototype, Function.prototype, Error.prototype].map(
    (holder: object) => ({ holder, keys: new Set(ownKeys(holder)) }),
  );
  #isWithin = false;

  /**
   * `more`: what else an engine's own code finds its functions in; `unused`: what of the global scope it
   * uses nowhere, and costs much to look at.
   */
  constructor(more: readonly object[], unused: ReadonlySet<PropertyKey> = new Set()) {
    this.#holders = [...ofLanguage, ...more];
    this.#unused = unused;
  }

  /** Takes them as they are now: when Node is prepared, and before a script runs. */
  remember(): void {
    for (const holder of [...this.#holders, globalThis]) {
      for (const key of ownKeys(holder)) {
        if (holder === globalThis && this.#unused.has(key)) continue;
        const own = getOwnPropertyDescriptor(holder, key);
        if (own?.configurable === true && !theScripts.has(key) && isKept(holder, own))
          this.#properties.push({ holder, key, own: bare(own) });
      }
    }
    setPrototypeOf(this.#properties, null);
    setPrototypeOf(this.#roots, null);
  }

  /** Puts them back for good, since the script has ended. */
  restore(): void {
    this.#takeOut();
  }

  /** Does `work`, which may not wait, with the built-ins as they were. */
  within<T>(work: () => T): T {
    if (this.#isWithin) return work();
    const changes = this.#takeOut();
    this.#isWithin = true;
    try {
      return work();
    } finally {
      this.#isWithin = false;
      for (let at = 0; at < changes.length; at++) putBack(changes[at]!);
    }
  }

  /** Puts all of them back. Returns what a script had changed. */
  #takeOut(): readonly Change[] {
    const changes: Change[] = [];
    setPrototypeOf(changes, null);
    for (let at = 0; at < this.#properties.length; at++) {
      const { holder, key, own } = this.#properties[at]!;
      const now = getOwnPropertyDescriptor(holder, key);
      if (now !== undefined && now.value === own.value && now.get === own.get) continue;
      changes[changes.length] = { holder, key, changed: now === undefined ? null : bare(now) };
      defineProperty(holder, key, own);
    }
    for (let at = 0; at < this.#roots.length; at++) {
      const { holder, keys } = this.#roots[at]!;
      const now = ownKeys(holder);
      for (let index = 0; now.length > keys.size && index < now.length; index++) {
        const key = now[index]!;
        const changed = getOwnPropertyDescriptor(holder, key);
        if (setHas(keys, key) || changed?.configurable !== true) continue;
        changes[changes.length] = { holder, key, changed: bare(changed) };
        deleteProperty(holder, key);
      }
    }
    return changes;
  }
}

/** Functions; the state of the process is the script's to change. */
function isKept(holder: object, { value, get }: PropertyDescriptor): boolean {
  if (typeof value === 'function') return true;
  // What is read lazily from the global scope becomes a value when it is first read.
  if (holder === globalThis) return value === JSON || value === Math || value === Reflect;
  return get !== undefined;
}

/** A script may have given all objects what a descriptor must not have. */
function bare(property: PropertyDescriptor): PropertyDescriptor {
  setPrototypeOf(property, null);
  return property;
}

function putBack({ holder, key, changed }: Change): void {
  if (changed === null) deleteProperty(holder, key);
  else defineProperty(holder, key, changed);
}
