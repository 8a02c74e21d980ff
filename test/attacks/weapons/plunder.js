// What an attacker does with any value that may come from outside: looks for another realm in it,
// and takes what that realm gives. It keeps its own copies of what a program may replace.
const { apply, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
const { from, isArray } = Array;
const realmFunction = Function;
const realmGlobal = globalThis;
const RealmPromise = Promise;
const { then } = Promise.prototype;
const realmObject = Object.prototype;
const { add, has } = Set.prototype;
const text = String;
const { includes } = String.prototype;

/** A bag that holds values even while the prototypes of arrays and sets are booby-trapped. */
exports.collector = () => {
  const bag = new Set();
  return {
    take(...values) {
      for (let index = 0; index < values.length; index++) apply(add, bag, [values[index]]);
    },
    values: () => from(bag),
  };
};

function attempt(work) {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

/** Getters of streams answer a wrong receiver with a rejection: nobody handling it would end the run. */
function handled(value) {
  attempt(() => value instanceof RealmPromise && apply(then, value, [undefined, () => undefined]));
  return value;
}

/** All that a way into Node is good for: the file, the environment, a connection, pollution. */
function loot(process, { file, variable, port }) {
  const builtin = (name) => process.getBuiltinModule(name);
  return [
    'process',
    attempt(() => text(builtin('fs').readFileSync(file))),
    attempt(() => text(process.env[variable])),
    attempt(() => text(builtin('net').connect(port, '127.0.0.1'))),
    attempt(() => process.constructor.constructor('Object.prototype.polluted = "yes"')()),
  ];
}

/** What the constructor of functions makes of text, if it is one. */
function spoils(constructor, targets, reached) {
  const made = (code) =>
    attempt(() => {
      const result = constructor(code)();
      // Asynchronous functions reject: a rejection that nobody handles would end the run.
      return handled(result);
    });
  const process = made('return process');
  if (typeof process?.pid === 'number') for (const thing of loot(process, targets)) reached.add(text(thing));
  const global = made('return globalThis');
  if (typeof global?.Object === 'function' && global !== realmGlobal) reached.add('the global of another realm');
}

/** `Function` of any realm, or its kin. Anything else may be a function of the program's own. */
function isFunctionMaker(value) {
  return typeof value === 'function' && /Function$/.test(attempt(() => text(value.name)));
}

const ivmNames = new Set([
  'applySync', 'applySyncPromise', 'applyIgnored', 'derefInto', 'copyInto', 'copySync',
  'compileScriptSync', 'compileModuleSync', 'createContextSync', 'getHeapStatisticsSync',
  'instantiateSync', 'evaluateSync', 'setSync', 'getSync', 'deleteSync', 'ExternalCopy', 'Isolate',
]);

function isForeign(value) {
  let last = value;
  for (let next = getPrototypeOf(value); next !== null; next = getPrototypeOf(next)) last = next;
  return last !== realmObject && last !== value && typeof getOwnPropertyDescriptor(last, 'constructor')?.value === 'function';
}

/**
 * Tries everything that can be reached from the roots over properties, getters, symbols and
 * prototypes. Gives how many values it tried, and what it got of the host.
 */
exports.plunder = (roots, { targets }, most = 4_000) => {
  const queue = [...roots];
  const seen = new Set();
  const constructors = new Set();
  const reached = new Set();
  let tried = 0;
  for (let at = 0; at < queue.length && tried < most; at++) {
    const value = queue[at];
    if (typeof value === 'string' && apply(includes, value, ['canary-'])) reached.add(value.slice(0, 200));
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) continue;
    if (apply(has, seen, [value])) continue;
    seen.add(value);
    tried++;
    if (attempt(() => isForeign(value)) === true) reached.add(`a prototype of another realm: ${attempt(() => text(value))}`);
    const constructor = attempt(() => value.constructor);
    if (isFunctionMaker(constructor) && !constructors.has(constructor)) {
      constructors.add(constructor);
      spoils(constructor, targets, reached);
    }
    const keys = attempt(() => ownKeys(value));
    for (const key of isArray(keys) ? keys.slice(0, 2_000) : []) {
      if (typeof key === 'string' && ivmNames.has(key)) reached.add(`a part of isolated-vm: ${key}`);
      const { get, set } = attempt(() => getOwnPropertyDescriptor(value, key)) ?? {};
      queue.push(get, set, handled(attempt(() => value[key])));
    }
    queue.push(attempt(() => getPrototypeOf(value)));
  }
  if (realmFunction('return typeof process')() !== 'undefined') reached.add('a process');
  return { tried, reached: [...reached] };
};

/** Texts of errors and their properties, short, for the oracle to read. */
exports.said = (errors) =>
  errors.map((error) => {
    const parts = [attempt(() => text(error)), attempt(() => text(error.stack))];
    const keys = attempt(() => ownKeys(error));
    for (const key of isArray(keys) ? keys : []) parts.push(attempt(() => `${text(key)}=${text(error[key])}`));
    return text(parts).slice(0, 2_000);
  });
