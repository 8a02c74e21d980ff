import type { Problem, ProblemCode } from '@castellan/protocol';
import {
  bad,
  caps,
  field,
  type Fields,
  FrameError,
  orNullField,
  textField,
  wholeField,
} from '@castellan/protocol/frames';

/** Validates the result of a check. It comes from a box, so it is hostile. Throws `FrameError`. */
export function readProblems(value: unknown): Problem[] {
  const list = isObject(value) ? field(value, 'problems') : undefined;
  if (!Array.isArray(list)) throw bad('problems');
  if (list.length > caps.problems) throw new FrameError('too many problems in a frame');
  return list.map((item: unknown) => {
    if (!isObject(item)) throw bad('problem');
    const place = (key: string): number | null =>
      orNullField(item, key, () => wholeField(item, key));
    return {
      code: code(item),
      message: textField(item, 'message', caps.problemMessage),
      file: orNullField(item, 'file', (key) => textField(item, key, caps.fileName)),
      line: place('line'),
      column: place('column'),
      ...specifier(item),
    };
  });
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function specifier(item: Fields): Pick<Problem, 'specifier'> {
  const name = orNullField(item, 'specifier', (key) => textField(item, key, caps.specifier));
  return name === null ? {} : { specifier: name };
}

/** Problems that a box may report. It cannot claim that a limit was hit. */
const findable: readonly ProblemCode[] = [
  'syntax_error',
  'module_denied',
  'module_not_found',
  'no_entry',
  'unknown_global',
];

function code(fields: Fields): ProblemCode {
  const value = findable.find((known) => known === field(fields, 'code'));
  if (value === undefined) throw bad('code');
  return value;
}
