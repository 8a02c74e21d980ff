import { type Bodies, Ended } from './bodies.ts';
import { called } from './called.ts';
import type { EntryArguments } from './context.ts';
import { refusal } from './failures.ts';
import { hasOwn } from '../guest/platform/natives.ts';

const noEntry = "the function 'execute' could not be found";

/** What a script has come to when its top level and the promise that is its value have ended. */
export interface Settled {
  readonly value: unknown;
  /**
   * Whether an entry, an export or a `return` gave the value: the run ends with that, whatever is
   * pending. What the last expression happens to give is never a failure.
   */
  readonly isFinal: boolean;
}

/** An object whose functions may be entries. */
type Exports = Readonly<Record<string, unknown>>;

/**
 * What a native ES module has come to: its default export, called when it is a function, or an
 * exported function that is an entry by its name.
 */
export async function moduleValue(
  namespace: object,
  onlyDeclares: boolean,
  args: EntryArguments,
): Promise<Settled> {
  const exports = namespace as Exports;
  if (args.serving !== undefined) return await settled(args.serving(exports), true);
  if (hasOwn(exports, 'default'))
    return await settled(given('The default export', exports['default'], args), true);
  const name = entryIn(exports);
  if (name !== undefined)
    return await settled(called(`The export ${name}`, exports[name], args), true);
  if (onlyDeclares) throw refusal('no_entry', noEntry);
  return await settled(undefined, false);
}

/**
 * What a body has come to, by the first of these that it has: a `return`, an assigned `module.exports`
 * or `exports.default`, an entry in one of them, an `execute` of its own, a last expression.
 */
export async function bodyValue(
  bodies: Bodies,
  file: string,
  onlyDeclares: boolean,
  args: EntryArguments,
): Promise<Settled> {
  const { module, initial, ran } = bodies.run(file);
  const result: unknown = await ran;
  if (args.serving !== undefined) {
    return await settled(args.serving(Ended.is(result) ? module.exports : result), true);
  }
  if (!Ended.is(result)) return await settled(result, true);
  if (module.exports !== initial)
    return await settled(assigned('module.exports', module.exports, args), true);
  const exports = initial as Exports;
  if (hasOwn(exports, 'default'))
    return await settled(assigned('exports.default', exports['default'], args), true);
  const name = entryIn(exports);
  if (name !== undefined)
    return await settled(called(`exports.${name}`, exports[name], args, exports), true);
  const { execute, last } = result;
  if (typeof execute === 'function') return await settled(called('execute', execute, args), true);
  if (onlyDeclares) throw refusal('no_entry', noEntry);
  return await settled(last, false);
}

/** What an assigned `value` gives: a function's result, or that of an entry in it, or itself. */
function assigned(what: string, value: unknown, args: EntryArguments): unknown {
  if (typeof value !== 'object' || value === null) return called(what, value, args);
  const exports = value as Exports;
  const main = exports['__esModule'] === true ? exports['default'] : undefined;
  if (typeof main === 'function') return called(`${what}.default`, main, args, exports);
  const name = entryIn(exports);
  if (name !== undefined) return called(`${what}.${name}`, exports[name], args, exports);
  return given(what, value, args);
}

/** What an exported value gives, with a word for those who know objects with a `fetch` from elsewhere. */
function given(what: string, value: unknown, args: EntryArguments): unknown {
  const isServed =
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Exports)['fetch'] === 'function';
  if (!isServed) return called(what, value, args);
  throw refusal(
    'value_not_serializable',
    `${what} is an object with fetch, which an HTTP function serves; a run calls a function, as in: export default async (params) => …`,
  );
}

/** The names of functions that are called: ours, and the one that Lambda looks for. */
const entryNames = ['execute', 'handler'] as const;

function entryIn(exports: Exports): string | undefined {
  for (let index = 0; index < entryNames.length; index++) {
    const name = entryNames[index]!;
    if (typeof exports[name] === 'function') return name;
  }
  return undefined;
}

/** Waits for the value. No prototype: a promise of the result looks for `then` in it. */
async function settled(value: unknown, isFinal: boolean): Promise<Settled> {
  return { __proto__: null, value: await value, isFinal } as Settled;
}
