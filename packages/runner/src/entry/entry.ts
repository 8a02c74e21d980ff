import { NotJsonError, toStrictJson } from '@castellan/protocol/json';
import type { EntryArguments } from './context.ts';
import { refusal } from './failures.ts';
import { type Bodies, Ended } from './bodies.ts';

const { hasOwn } = Object;

const noEntry = "the function 'execute' could not be found";

type Callable = (params: unknown, context: object) => unknown;

/** The value of a native ES module: its default export, called when it is a function, or `execute`. */
export async function moduleValue(namespace: object, args: EntryArguments): Promise<unknown> {
  const { default: main, execute } = namespace as { default?: unknown; execute?: unknown };
  if (hasOwn(namespace, 'default')) return called(main, args);
  if (typeof execute !== 'function') throw refusal('no_entry', noEntry);
  return called(execute, args);
}

/**
 * The value of a body, by the first of these that it has: a `return`, an assigned `module.exports` or
 * `exports.default`, an `execute` function, a last expression.
 */
export async function bodyValue(
  bodies: Bodies,
  file: string,
  onlyDeclares: boolean,
  args: EntryArguments,
): Promise<unknown> {
  const { module, initial, ran } = bodies.run(file);
  const result: unknown = await ran;
  if (!Ended.is(result)) return result;
  if (module.exports !== initial) return called(module.exports, args);
  if (hasOwn(initial, 'default')) return called((initial as { default: unknown }).default, args);
  const { execute, last } = result;
  if (typeof execute === 'function') return called(execute, args);
  if (onlyDeclares) throw refusal('no_entry', noEntry);
  return last;
}

function called(value: unknown, { params, context }: EntryArguments): unknown {
  return typeof value === 'function' ? (value as Callable)(params, context) : value;
}

/** JSON text of the value of a run. */
export function valueJson(value: unknown, valueBytes: number): string {
  let json: string;
  try {
    json = toStrictJson(value);
  } catch (error) {
    if (error instanceof NotJsonError) throw refusal('value_not_serializable', error.message);
    throw error;
  }
  // One UTF-16 unit is at least one byte, so a longer text cannot fit and need not be sent.
  if (json.length > valueBytes) {
    throw refusal('output_limit', `The returned value is larger than valueBytes (${valueBytes})`);
  }
  return json;
}
