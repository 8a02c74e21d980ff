/** Reads the error of a run that a hostile sender describes. */
import {
  bad,
  field,
  type Fields,
  listField,
  orNullField,
  textField,
  wholeField,
} from './fields.ts';
import { caps } from './caps.ts';
import type { Json, RunError } from './run.ts';
import type { JsonCaps } from './weight.ts';

/** Frames that hold an error: `depth` and `nodes` to add to those of the rest, and UTF-16 units. */
export const errorCaps: JsonCaps & { readonly text: number } = {
  depth: 1 + 3 * caps.errorDepth,
  // An error has nine fields, each a key and a value.
  nodes: 24 * (caps.errorParts + 1),
  text:
    caps.errorName +
    caps.errorMessage +
    caps.errorStack +
    caps.errorInside +
    (caps.fileName + caps.errorCode) * (caps.errorParts + 1),
};

/** Copies an error field by field. Throws `FrameError` for what no honest sender sends. */
export function readRunError(value: unknown): RunError {
  return readAt(value, 0);
}

function readAt(value: unknown, depth: number): RunError {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('error');
  const fields = value as Fields;
  const has = (key: string): boolean => field(fields, key) !== undefined;
  if (depth === caps.errorDepth && (has('cause') || has('errors'))) throw bad('error');
  return {
    name: textField(fields, 'name', caps.errorName),
    message: textField(fields, 'message', caps.errorMessage),
    stack: textField(fields, 'stack', caps.errorStack),
    file: orNullField(fields, 'file', (key) => textField(fields, key, caps.fileName)),
    line: orNullField(fields, 'line', (key) => wholeField(fields, key)),
    column: orNullField(fields, 'column', (key) => wholeField(fields, key)),
    ...(has('code') ? { code: readCode(fields) } : {}),
    ...(has('cause') ? { cause: readInner(field(fields, 'cause'), depth + 1) } : {}),
    ...(has('errors')
      ? {
          errors: listField(fields, 'errors', caps.errorWidth, (one) => readInner(one, depth + 1)),
        }
      : {}),
  };
}

function readCode(fields: Fields): string | number {
  const code = field(fields, 'code');
  return typeof code === 'number' ? code : textField(fields, 'code', caps.errorCode);
}

/** What has the fields of an error is one; all else is JSON. */
function readInner(value: unknown, depth: number): RunError | Json {
  const looksLikeError =
    typeof value === 'object' &&
    value !== null &&
    ['name', 'message', 'stack', 'file', 'line', 'column'].every((key) =>
      Object.hasOwn(value, key),
    );
  return looksLikeError ? readAt(value, depth) : readJson(value, caps.errorDepth);
}

function readJson(value: unknown, depth: number): Json {
  if (typeof value === 'string') {
    if (value.length > caps.innerMessage) throw bad('error');
    return value;
  }
  if (typeof value !== 'object' || value === null) return value as null | boolean | number;
  const entries = Object.entries(value as Fields);
  if (depth === 0 || entries.length > caps.errorWidth) throw bad('error');
  const copies = entries.map(([key, part]) => [key, readJson(part, depth - 1)] as const);
  return Array.isArray(value) ? copies.map(([, part]) => part) : Object.fromEntries(copies);
}
