/**
 * Text that is known to be JSON. It is passed on unchanged, neither parsed nor serialized again.
 */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value cannot be serialized as JSON; the message names the part. */
export class NotJsonError extends TypeError {
  override readonly name = 'NotJsonError';
}

const { stringify } = JSON;
const { isArray } = Array;
const isFinite = (value: number): boolean => Number.isFinite(value);
const { keys } = Object;
const { isView } = ArrayBuffer;

/** Classes whose objects JSON.stringify would silently turn into `{}`. */
const opaque: ReadonlyArray<readonly [{ [Symbol.hasInstance](value: unknown): boolean }, string]> =
  [
    [Map, 'a Map'],
    [Set, 'a Set'],
    [WeakMap, 'a WeakMap'],
    [WeakSet, 'a WeakSet'],
    [WeakRef, 'a WeakRef'],
    [Promise, 'a Promise (await it first)'],
    [RegExp, 'a RegExp'],
    [Error, 'an Error'],
    [ArrayBuffer, 'an ArrayBuffer'],
    [Symbol, 'a symbol'],
  ];

/** Wrapper objects, of which JSON.stringify writes the primitive value. */
const wrappers = [Number, String, Boolean, BigInt] as const;

interface Writer {
  readonly root: string;
  readonly maxDepth: number;
  readonly path: (string | number)[];
  readonly ancestors: Set<object>;
  /**
   * Counted separately from the path: a script may have replaced the functions that build the path.
   */
  depth: number;
}

/**
 * Serializes `value` as `JSON.stringify` does, except that it throws a `NotJsonError` with the path
 * for everything that would be dropped or altered: functions, symbols, BigInt, NaN, Infinity,
 * invalid dates, Map, Set, typed arrays, promises, errors, cycles. `undefined` becomes null at the
 * top and in arrays; properties that are undefined are left out. Errors thrown by getters and by
 * `toJSON` are passed through.
 */
export function toStrictJson(value: unknown, root = 'value', maxDepth = 1_000): string {
  return write({ root, maxDepth, path: [], ancestors: new Set(), depth: 0 }, value, '') ?? 'null';
}

/** Returns `undefined` for a property to leave out. */
function write(writer: Writer, given: unknown, key: string): string | undefined {
  const value = replaced(writer, given, key);
  switch (typeof value) {
    case 'string':
      return stringify(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      if (!isFinite(value)) refuse(writer, `${value}`);
      return stringify(value);
    case 'undefined':
      return undefined;
    case 'object':
      return value === null ? 'null' : writeObject(writer, value);
    default:
      return refuse(writer, `a ${typeof value}`);
  }
}

/**
 * Returns what is serialized in place of `given`: the result of `toJSON`, or the primitive of a
 * wrapper object.
 */
function replaced(writer: Writer, given: unknown, key: string): unknown {
  if (typeof given !== 'object' || given === null) return given;
  if (given instanceof Date && Number.isNaN(given.getTime())) refuse(writer, 'an invalid Date');
  const { toJSON } = given as { toJSON?: unknown };
  const value: unknown = typeof toJSON === 'function' ? Reflect.apply(toJSON, given, [key]) : given;
  for (const type of wrappers) if (value instanceof type) return value.valueOf();
  return value;
}

function writeObject(writer: Writer, value: object): string {
  if (writer.ancestors.has(value)) refuse(writer, 'a reference back to an object around it');
  if (++writer.depth > writer.maxDepth) refuse(writer, 'nested too deeply');
  if (isView(value)) refuse(writer, 'a typed array');
  for (const [type, name] of opaque) if (value instanceof type) refuse(writer, name);
  writer.ancestors.add(value);
  const text = isArray(value) ? writeArray(writer, value) : writeProperties(writer, value);
  writer.ancestors.delete(value);
  writer.depth--;
  return text;
}

function writeArray(writer: Writer, array: readonly unknown[]): string {
  let text = '[';
  for (let index = 0; index < array.length; index++) {
    writer.path.push(index);
    text += `${index === 0 ? '' : ','}${write(writer, array[index], String(index)) ?? 'null'}`;
    writer.path.pop();
  }
  return `${text}]`;
}

function writeProperties(writer: Writer, object: object): string {
  let text = '{';
  for (const key of keys(object)) {
    writer.path.push(key);
    const part = write(writer, (object as Record<string, unknown>)[key], key);
    writer.path.pop();
    if (part !== undefined) text += `${text === '{' ? '' : ','}${stringify(key)}:${part}`;
  }
  return `${text}}`;
}

function refuse(writer: Writer, what: string): never {
  const path = writer.path.map((step) =>
    typeof step === 'number'
      ? `[${step}]`
      : /^[A-Za-z_$][\w$]*$/.test(step)
        ? `.${step}`
        : `[${stringify(step)}]`,
  );
  const shown = path.length > 12 ? [...path.slice(0, 6), '…', ...path.slice(-6)] : path;
  throw new NotJsonError(`${writer.root}${shown.join('')} is ${what}, which JSON cannot carry`);
}
