/** What is inside an error: its code, its cause, and the errors that it gathers, all bounded. */
import { caps } from '@castellan/protocol/frames';
import { toStrictJson } from '@castellan/protocol/json';
import { bareList, stringSlice } from '../guest/platform/natives.ts';

const { parse, stringify } = JSON;
const { apply } = Reflect;
const { hasOwn, keys } = Object;
const { isArray } = Array;
const { isFinite } = Number;
const { min } = Math;
const ErrorOf = Error;
const objectText = Object.prototype.toString;

/** An error as far as it crosses. Without a prototype: nothing that a script defines is called. */
export interface Described {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: string | number;
  readonly cause?: Inner;
  readonly errors?: readonly Inner[];
}

/** An error inside of another, or JSON text of what is no error. */
export type Inner = Described | { readonly json: string };

/** How the console shows a value. */
export type Show = (value: unknown) => string;

/** What may still be taken. An error can hold a thousand others, which each hold a thousand. */
interface Room {
  parts: number;
  text: number;
}

/** An error, and those that it is inside of. No list: a script may have replaced how those are walked. */
interface Nesting {
  readonly error: Error;
  readonly outer: Nesting | null;
  readonly depth: number;
}

type Inside = Pick<Described, 'code' | 'cause' | 'errors'>;

export function isError(value: unknown): value is Error {
  return attempt(
    () => value instanceof ErrorOf || apply(objectText, value, []) === '[object Error]',
    false,
  );
}

/** Reads what is inside an error. All reads may run the script's code; nothing of it is believed. */
export function insideOf(error: Error, show: Show): Inside {
  const room = { parts: caps.errorParts, text: caps.errorInside };
  return read({ error, outer: null, depth: 0 }, show, room);
}

function read(at: Nesting, show: Show, room: Room): Inside {
  const { error } = at;
  const code = codeOf(error);
  const inside = { __proto__: null, ...(code === undefined ? {} : { code }) };
  if (at.depth === caps.errorDepth) return inside;
  const inner = (value: unknown): Inner | undefined => describeInner(value, at, show, room);
  const { cause, errors } = partsOf(error);
  const because = cause === undefined ? undefined : inner(cause);
  let gathered: Inner[] | undefined;
  for (let index = 0; index < (errors?.length ?? 0); index++) {
    const one = inner(errors?.[index]);
    if (one === undefined) break;
    gathered ??= bareList<Inner>();
    gathered[index] = one;
  }
  return {
    ...inside,
    ...(because === undefined ? {} : { cause: because }),
    ...(gathered === undefined ? {} : { errors: gathered }),
  };
}

function describeInner(value: unknown, outer: Nesting, show: Show, room: Room): Inner | undefined {
  if (room.parts <= 0 || room.text <= 0) return undefined;
  room.parts--;
  const take = (text: string, most: number): string => {
    const taken = stringSlice(text, 0, min(most, room.text));
    room.text -= taken.length;
    return taken;
  };
  for (let at: Nesting | null = outer; at !== null; at = at.outer) {
    if (at.error === value) return { __proto__: null, json: '"[Circular]"' } as Inner;
  }
  if (!isError(value)) return { __proto__: null, json: jsonOrText(value, show, room) } as Inner;
  const { name, message, stack } = textsOf(value);
  const head = {
    __proto__: null,
    name: take(name, caps.errorName),
    message: take(message, caps.innerMessage),
    stack: take(stack, caps.innerStack),
  };
  return { ...head, ...read({ error: value, outer, depth: outer.depth + 1 }, show, room) };
}

/** Name, message and stack of an error, as far as they can be read. */
export function textsOf(error: Error): Pick<Described, 'name' | 'message' | 'stack'> {
  const text = (key: 'name' | 'message' | 'stack', otherwise: string): string =>
    attempt(() => {
      const value: unknown = error[key];
      return typeof value === 'string' ? value : otherwise;
    }, otherwise);
  const name = text('name', 'Error');
  const message = text('message', '');
  return { name, message, stack: text('stack', message === '' ? name : `${name}: ${message}`) };
}

/** Words as code, and numbers of its own: those of `DOMException` are history. */
function codeOf(error: Error): string | number | undefined {
  return attempt(() => {
    const { code } = error as { code?: unknown };
    if (typeof code === 'string') return stringSlice(code, 0, caps.errorCode);
    return typeof code === 'number' && isFinite(code) && hasOwn(error, 'code') ? code : undefined;
  }, undefined);
}

/** The cause, and the first errors of an `AggregateError` or the two of a `SuppressedError`. */
function partsOf(error: Error): { cause: unknown; errors: unknown[] | undefined } {
  const given = error as {
    cause?: unknown;
    errors?: unknown;
    error?: unknown;
    suppressed?: unknown;
  };
  const cause = attempt(() => given.cause, undefined);
  const errors = attempt(() => {
    if (hasOwn(error, 'suppressed') && hasOwn(error, 'error'))
      return [given.error, given.suppressed];
    const list = given.errors;
    if (!isArray(list)) return undefined;
    const first = bareList<unknown>();
    for (let index = 0; index < min(list.length, caps.errorWidth); index++) {
      first[index] = attempt(() => list[index] as unknown, 'a value that cannot be read');
    }
    return first;
  }, undefined);
  return { cause, errors };
}

/** JSON text of a value, or of the text that the console shows for it if it is no JSON, or too much. */
function jsonOrText(value: unknown, show: Show, room: Room): string {
  const json = attempt(() => toStrictJson(value), undefined);
  const most = min(caps.innerMessage, room.text);
  if (json !== undefined && json.length <= most) {
    const count = fitting(parse(json), caps.errorDepth);
    if (count !== undefined && count <= room.parts) {
      room.parts -= count;
      room.text -= json.length;
      return json;
    }
  }
  const shown =
    typeof value === 'string' ? value : attempt(() => show(value), 'a value that cannot be shown');
  const text = stringSlice(shown, 0, most);
  room.text -= text.length;
  return stringify(text);
}

/** How many values a JSON value holds; undefined when it is too wide or nested too deeply. */
function fitting(value: unknown, depth: number): number | undefined {
  if (typeof value !== 'object' || value === null) return 0;
  const names = keys(value);
  if (depth === 0 || names.length > caps.errorWidth) return undefined;
  let count = names.length;
  for (let index = 0; index < names.length; index++) {
    const inner = fitting((value as Record<string, unknown>)[names[index]!], depth - 1);
    if (inner === undefined) return undefined;
    count += inner;
  }
  return count;
}

export function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
