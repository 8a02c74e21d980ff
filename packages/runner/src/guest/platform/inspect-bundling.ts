import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import type { Plugin } from 'esbuild';

/**
 * Makes the inspect library tell the state of promises and the rest of iterators, where `details` of its global
 * scope can, and copy what it uses alone. It begins with a copy of every function of the
 * language, some 1,500, each wrapped: four fifths of the time until the first object of a script is
 * shown, and it uses a tenth of them. Throws when the library is no longer as it was.
 */
export function usedPrimordials(): Plugin {
  return {
    name: 'used-primordials',
    setup({ onLoad }) {
      onLoad({ filter: /\/node-inspect-extracted\/dist\/inspect\.js$/ }, ({ path }) => ({
        contents: detailed(pruned(readFileSync(path, 'utf8'))),
      }));
    },
  };
}

/** Between the functions that copies are made with, and what is made of copies. */
const copying =
  /(?<=\}\})\["Proxy","globalThis"\]\.forEach\(.*?(?=const\{ArrayPrototypeForEach:\w+,ArrayPrototypePushApply:)/s;
const making =
  /,(?<uncurry>\w+)=\w+\.bind\(\w+\);(?<copies>\w+)\.uncurryThis=\1;const (?<applyBind>\w+)=\w+\.bind\(\w+\);\2\.applyBind=\3;/;

/** What the library has in place of what only the engine knows, and what it becomes. */
const details: readonly (readonly [string, string])[] = [
  [
    'getPromiseDetails:()=>[g,void 0]',
    'getPromiseDetails(t){const{0:e,1:n}=globalThis.details?.promise(t)??[0,void 0];return[[g,void 0,h][e],n]}',
  ],
  [
    'isPromise:t=>A(t,"Promise")',
    'isPromise:t=>globalThis.details===void 0?A(t,"Promise"):globalThis.details.promise(t)!==void 0',
  ],
  [
    'previewEntries:t=>[[],!1]',
    'previewEntries:(t,isIterator)=>{const e=globalThis.details?.entries(t)??[[],!1];return isIterator?e:e[0]}',
  ],
  // It is older than this class.
  ['A(t,"Int8Array",', 'A(t,"Float16Array","Int8Array",'],
  ['"<pending>"', '(globalThis.details===void 0?"<state unknown>":"<pending>")'],
];

function detailed(text: string): string {
  return details.reduce((made, [own, ours]) => {
    if (made.split(own).length !== 2) throw new Error(`node-inspect-extracted has no ${own}`);
    return made.replace(own, () => ours);
  }, text);
}

function pruned(text: string): string {
  const { copies, ...names } = (making.exec(text)?.groups ?? {}) as Record<string, string>;
  const rest = text.replace(copying, '');
  if (copies === undefined || rest === text) {
    throw new Error('node-inspect-extracted no longer copies the language as it did');
  }
  const used = new Set(rest.match(/[A-Za-z_]\w*/g));
  const assignments = [...primordials(names as unknown as Makers)]
    .filter(([name]) => used.has(name))
    .map(([name, value]) => `${copies}.${name}=${value};`);
  return text.replace(copying, () => assignments.join(''));
}

/** Names of the functions that make a function of a method, and one that takes an array of arguments. */
interface Makers {
  readonly uncurry: string;
  readonly applyBind: string;
}

const namespaces = ['JSON', 'Math', 'Proxy', 'Reflect'];
const classes = `
  AggregateError Array ArrayBuffer BigInt Boolean DataView Date Error EvalError
  FinalizationRegistry Function Map Number Object Promise RangeError ReferenceError RegExp
  Set String Symbol SyntaxError TypeError URIError Uint8Array WeakMap WeakRef WeakSet
`
  .trim()
  .split(/\s+/);
/** Objects that no global names, and where they are found. */
const unnamed = {
  TypedArray: above('globalThis.Uint8Array'),
  TypedArrayPrototype: above('globalThis.Uint8Array.prototype'),
  ArrayIteratorPrototype: above('[][globalThis.Symbol.iterator]()'),
  MapIteratorPrototype: above('(new globalThis.Map)[globalThis.Symbol.iterator]()'),
  SetIteratorPrototype: above('(new globalThis.Set)[globalThis.Symbol.iterator]()'),
  StringIteratorPrototype: above('""[globalThis.Symbol.iterator]()'),
};

function above(path: string): string {
  return `globalThis.Reflect.getPrototypeOf(${path})`;
}

/** Each name of a copy, and the expression that it is a copy of. */
function* primordials(makers: Makers): Generator<[name: string, value: string]> {
  yield ['globalThis', 'globalThis'];
  for (const name of namespaces) {
    yield [name, `globalThis.${name}`];
    yield* members(name, `globalThis.${name}`, makers, false);
  }
  for (const name of classes) {
    yield [name, `globalThis.${name}`];
    yield* members(name, `globalThis.${name}`, makers, false);
    yield [`${name}Prototype`, `globalThis.${name}.prototype`];
    yield* members(`${name}Prototype`, `globalThis.${name}.prototype`, makers, true);
  }
  for (const [name, path] of Object.entries(unnamed)) {
    yield [name, path];
    yield* members(name, path, makers, true);
  }
}

/** Of an object, which is a prototype or whose functions are called as they are. */
function* members(
  name: string,
  path: string,
  { uncurry, applyBind }: Makers,
  isPrototype: boolean,
): Generator<[name: string, value: string]> {
  const object = runInNewContext(path) as object;
  for (const key of Reflect.ownKeys(object)) {
    const word = typeof key === 'symbol' ? (key.description?.slice('Symbol.'.length) ?? '') : key;
    const own = `${typeof key === 'symbol' ? 'Symbol' : ''}${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
    const at = typeof key === 'symbol' ? `globalThis.Symbol.${word}` : JSON.stringify(key);
    const property = Reflect.getOwnPropertyDescriptor(object, key);
    if (property?.get !== undefined) {
      yield [
        `${name}Get${own}`,
        `${uncurry}(globalThis.Reflect.getOwnPropertyDescriptor(${path},${at}).get)`,
      ];
    } else if (typeof property?.value !== 'function') {
      yield [`${name}${own}`, `${path}[${at}]`];
    } else {
      const bound = isPrototype ? '' : `,${path}`;
      yield [`${name}${own}`, isPrototype ? `${uncurry}(${path}[${at}])` : `${path}[${at}]`];
      yield [`${name}${own}Apply`, `${applyBind}(${path}[${at}]${bound})`];
    }
  }
}
