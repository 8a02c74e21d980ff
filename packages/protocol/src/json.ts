import { type Opaque, opaqueKind } from './opaque.ts';
import { unwrapped } from './primitives.ts';
import { uncurry } from './uncurry.ts';

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

/** A value is longer as JSON than its reader takes. */
export class TooLongError extends RangeError {
  override readonly name = 'TooLongError';
}

// Captured before any script runs: one that replaces built-ins neither breaks nor bends its value.
const { stringify } = JSON;
const { isArray } = Array;
const { isFinite } = Number;
const { isFrozen, keys } = Object;
const { apply, getPrototypeOf, setPrototypeOf } = Reflect;
const SetOf = Set;
const has = uncurry(Set.prototype.has);
const add = uncurry(Set.prototype.add);
const remove = uncurry(Set.prototype.delete);
const timeOf: (self: never) => number = uncurry(Date.prototype.getTime);
const matchOf = uncurry(RegExp.prototype.exec);
const word = /^[A-Za-z_$][\w$]*$/;
const { toJSON: dateToJson } = Date.prototype;
/** Names an object that JSON cannot carry, besides those that every script may have. */
export type NameOpaque = (value: object) => Opaque | undefined;

export interface StrictJsonOptions {
  readonly maxDepth?: number;
  /** The most UTF-16 units of the text. */
  readonly maxLength?: number;
  readonly nameOpaque?: NameOpaque | undefined;
  /** Takes an object or a function that is sent beside the JSON; null stands in its place then. */
  readonly takeApart?:
    | ((value: object, pathOf: () => readonly (string | number)[]) => boolean)
    | undefined;
}

interface Writer extends Required<StrictJsonOptions> {
  readonly root: string;
  /** Without prototype: a script may have put a setter where an index is written. */
  readonly path: (string | number)[];
  readonly ancestors: Set<object>;
  depth: number;
  /** UTF-16 units that have been written. */
  length: number;
}

/**
 * Serializes `value` as `JSON.stringify` does, `toJSON` and `JSON.rawJSON` included, except that it
 * throws a `NotJsonError` with the path, and with what to write instead, for everything that would be
 * dropped or altered: functions, symbols, BigInt, NaN, Infinity, invalid dates, cycles, and objects that
 * are more than their own properties (see `opaqueKind`). `undefined` becomes null at the top and in
 * arrays; properties that are undefined are left out. Errors thrown by getters and by `toJSON` are
 * passed through. Throws a `TooLongError` once the text is longer than `maxLength`.
 */
export function toStrictJson(
  value: unknown,
  root = 'value',
  { maxDepth = 1_000, maxLength = Infinity, nameOpaque, takeApart }: StrictJsonOptions = {},
): string {
  const path: (string | number)[] = [];
  setPrototypeOf(path, null);
  const ancestors = new SetOf<object>();
  const bounds = { root, maxDepth, maxLength, nameOpaque, takeApart };
  return write({ ...bounds, path, ancestors, depth: 0, length: 0 }, value, '') ?? 'null';
}

/** Returns `undefined` for a property to leave out. */
function write(writer: Writer, given: unknown, key: string | number): string | undefined {
  if (isTakenApart(writer, given)) return counted(writer, 'null');
  const value = unwrapped(replaced(writer, given, key));
  switch (typeof value) {
    case 'string':
      return counted(writer, stringify(value));
    case 'boolean':
      return counted(writer, value ? 'true' : 'false');
    case 'number':
      if (!isFinite(value)) refuse(writer, `${value}`, 'null');
      return counted(writer, stringify(value));
    case 'undefined':
      return undefined;
    case 'object':
      return value === null ? counted(writer, 'null') : writeObject(writer, value);
    case 'bigint':
      return refuse(writer, 'a bigint', 'String(big)');
    case 'symbol':
      return refuse(writer, 'a symbol', 'String(symbol)');
    default:
      return refuse(writer, 'a function', 'what it returns');
  }
}

function isTakenApart(writer: Writer, given: unknown): boolean {
  const { takeApart, path, depth } = writer;
  if (takeApart === undefined || given === null) return false;
  if (typeof given !== 'object' && typeof given !== 'function') return false;
  return takeApart(given, () => {
    const copy: (string | number)[] = [];
    setPrototypeOf(copy, null);
    for (let level = 0; level < depth; level++) copy[level] = path[level]!;
    return copy;
  });
}

function counted(writer: Writer, text: string): string {
  writer.length += text.length;
  if (writer.length > writer.maxLength)
    throw new TooLongError(`The JSON is longer than ${writer.maxLength} characters`);
  return text;
}

/** The result of `toJSON` where there is one. As for JSON.stringify, functions and BigInts may have it. */
function replaced(writer: Writer, given: unknown, key: string | number): unknown {
  const mayHave = (typeof given === 'object' && given !== null) || typeof given === 'function';
  if (!mayHave && typeof given !== 'bigint') return given;
  const { toJSON } = given as { toJSON?: unknown };
  if (typeof toJSON !== 'function') return given;
  if (toJSON === dateToJson && isInvalidDate(given)) refuse(writer, 'an invalid Date', 'null');
  return apply(toJSON, given, [`${key}`]) as unknown;
}

function isInvalidDate(given: unknown): boolean {
  try {
    const time = timeOf(given as never);
    return time !== time;
  } catch {
    // It has only the method of dates.
    return false;
  }
}

function writeObject(writer: Writer, value: object): string {
  if (has(writer.ancestors, value))
    refuse(writer, 'a reference back to an object around it', 'what of it is needed');
  if (writer.depth >= writer.maxDepth) refuse(writer, 'nested too deeply', '');
  if (isArray(value)) return within(writer, value, writeArray);
  const raw = rawText(value);
  if (raw !== undefined) return counted(writer, raw);
  const opaque = opaqueKind(value) ?? writer.nameOpaque?.(value);
  if (opaque !== undefined) refuse(writer, opaque.what, opaque.instead);
  return within(writer, value, writeProperties);
}

function within<T extends object>(
  writer: Writer,
  value: T,
  writeParts: (writer: Writer, value: T) => string,
): string {
  add(writer.ancestors, value);
  writer.depth++;
  const text = writeParts(writer, value);
  writer.depth--;
  remove(writer.ancestors, value);
  return text;
}

/** What `JSON.rawJSON` made: a frozen object that JSON.stringify writes as the text in it. */
function rawText(value: object): string | undefined {
  if (getPrototypeOf(value) !== null || !isFrozen(value)) return undefined;
  const names = keys(value);
  if (names.length !== 1 || names[0] !== 'rawJSON') return undefined;
  if (typeof (value as { rawJSON?: unknown }).rawJSON !== 'string') return undefined;
  const text = stringify(value);
  return text[0] === '{' ? undefined : text;
}

function writeArray(writer: Writer, array: readonly unknown[]): string {
  const { path, depth } = writer;
  let text = '[';
  for (let index = 0; index < array.length; index++) {
    path[depth - 1] = index;
    writer.length++;
    text += `${index === 0 ? '' : ','}${write(writer, array[index], index) ?? counted(writer, 'null')}`;
  }
  writer.length++;
  return `${text}]`;
}

function writeProperties(writer: Writer, object: object): string {
  const { path, depth } = writer;
  const names = keys(object);
  let text = '{';
  for (let index = 0; index < names.length; index++) {
    const key = names[index]!;
    path[depth - 1] = key;
    const part = write(writer, (object as Record<string, unknown>)[key], key);
    if (part === undefined) continue;
    const name = stringify(key);
    writer.length += name.length + 2;
    text += `${text === '{' ? '' : ','}${name}:${part}`;
  }
  writer.length++;
  return `${text}}`;
}

function refuse(writer: Writer, what: string, instead: string): never {
  const { root, path, depth } = writer;
  let shown = root;
  for (let level = 0; level < depth; level++) {
    // Of a long path, the two ends.
    if (depth > 12 && level === 6) shown += '…';
    if (depth > 12 && level >= 6 && level < depth - 6) continue;
    const step = path[level]!;
    if (typeof step === 'number') shown += `[${step}]`;
    else shown += matchOf(word, step) === null ? `[${stringify(step)}]` : `.${step}`;
  }
  const advice = instead === '' ? '' : `: write ${instead}`;
  throw new NotJsonError(`${shown} is ${what}, which JSON cannot carry${advice}`);
}
