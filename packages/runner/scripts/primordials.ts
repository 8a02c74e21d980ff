/** Node's names for what the language brings along, as expressions: `ObjectKeys` is `Object.keys`. */

const others: Readonly<Record<string, string>> = {
  AsyncIteratorPrototype:
    'Object.getPrototypeOf(Object.getPrototypeOf((async function* () {}).prototype))',
  SafeWeakRef: 'globalThis.WeakRef',
  SafeMap: 'globalThis.Map',
  SafeSet: 'globalThis.Set',
  SafeWeakMap: 'globalThis.WeakMap',
  SafeWeakSet: 'globalThis.WeakSet',
  IteratorPrototype: 'globalThis.Iterator.prototype',
  SafePromisePrototypeFinally: '((promise, fn) => promise.finally(fn))',
  SafePromiseAll: '((values) => globalThis.Promise.all(values))',
  SafeStringIterator: '(function (text) { return text[Symbol.iterator](); })',
  SafeStringPrototypeSearch:
    '((text, pattern) => { pattern.lastIndex = 0; return pattern.exec(text)?.index ?? -1; })',
  PromiseWithResolvers: '(() => globalThis.Promise.withResolvers())',
  PromiseReject: '((value) => globalThis.Promise.reject(value))',
  PromiseResolve: '((value) => globalThis.Promise.resolve(value))',
};

const holders = Object.getOwnPropertyNames(globalThis)
  .filter((name) => /^[A-Z]/.test(name))
  .toSorted((a, b) => b.length - a.length);

/** `name: expression` for each that the texts take, in the order in which they come. */
export function primordialsOf(texts: readonly string[]): string[] {
  const lists = texts.flatMap((text) => [
    ...text.matchAll(/const \{((?:[^{}]|\{[^{}]*\})*)\} = primordials;/g),
  ]);
  const names = lists.flatMap(([, list = '']) =>
    list
      .replaceAll(/\{[^{}]*\}|\/\/.*/g, '')
      .split(',')
      .map((part) => part.split(':')[0]!.trim()),
  );
  const known = [...new Set(names)].filter((name) => name !== '');
  return known.map((name) => `${name}: ${expressionOf(name)}`);
}

function expressionOf(name: string): string {
  const other = others[name];
  if (other !== undefined) return other;
  // The last argument is a list of the others.
  if (/(?<!^Reflect|Prototype)Apply$/.test(name))
    return `((...given) => (${expressionOf(name.slice(0, -'Apply'.length))})(...given.slice(0, -1), ...given.at(-1)))`;
  if (name in globalThis) return `globalThis.${name}`;
  const isOfArrays = name.startsWith('TypedArray');
  const holder = isOfArrays ? 'TypedArray' : holders.find((one) => name.startsWith(one));
  if (holder === undefined) throw unknown(name);
  const text = isOfArrays ? 'Object.getPrototypeOf(Uint8Array)' : `globalThis.${holder}`;
  const value = (
    isOfArrays ? Object.getPrototypeOf(Uint8Array) : Reflect.get(globalThis, holder)
  ) as { readonly prototype: object };
  const [, prototype, accessor = '', rest = ''] =
    /^(Prototype)?(Get(?=[A-Z]))?(.*)$/.exec(name.slice(holder.length)) ?? [];
  if (prototype === undefined) return `${text}${memberOf(value, accessor + rest, name).text}`;
  if (accessor + rest === '') return `${text}.prototype`;
  const uncurried = (part: string): string => `Function.prototype.call.bind(${part})`;
  const read = accessor === '' ? undefined : keyIn(value.prototype, rest);
  if (read !== undefined && 'get' in descriptorOf(value.prototype, read)) {
    const key = typeof read === 'symbol' ? read.description : JSON.stringify(read);
    return uncurried(`Object.getOwnPropertyDescriptor(${text}.prototype, ${key}).get`);
  }
  return uncurried(`${text}.prototype${memberOf(value.prototype, accessor + rest, name).text}`);
}

const descriptorOf = (holder: object, key: PropertyKey): PropertyDescriptor =>
  Object.getOwnPropertyDescriptor(holder, key) ?? {};

function memberOf(holder: object, rest: string, name: string): { readonly text: string } {
  const key = keyIn(holder, rest);
  if (key === undefined) throw unknown(name);
  return { text: typeof key === 'symbol' ? `[${key.description}]` : `.${key}` };
}

/** `ToString` may be `toString`, `MAX_SAFE_INTEGER` is itself, and `SymbolReplace` is a symbol, which says of itself how it is written. */
function keyIn(holder: object, rest: string): string | symbol | undefined {
  const lower = (text: string): string => text[0]!.toLowerCase() + text.slice(1);
  const symbol = /^Symbol(.+)$/.exec(rest)?.[1];
  const known: unknown = symbol === undefined ? undefined : Reflect.get(Symbol, lower(symbol));
  if (typeof known === 'symbol') return known;
  return [lower(rest), rest].find((one) => one in holder);
}

const unknown = (name: string): Error => new Error(`Node needs ${name}, which is not known here`);
