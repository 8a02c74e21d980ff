import { withoutMark } from './first-line.ts';
import { Refusal } from './refusal.ts';

/** The text of a JSON file without a byte-order mark. Throws a `Refusal` with the place of its first fault. */
export function checkedJson(file: string, source: string): string {
  const text = withoutMark(source);
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const before = text.slice(0, jsonFault(text)).split('\n');
    const place = { file, line: before.length, column: (before.at(-1) ?? '').length + 1 };
    throw new Refusal('syntax_error', `${file}: ${(error as Error).message}`, place);
  }
}

/**
 * The offset of the first fault of a text that `JSON.parse` refuses, in UTF-16 units: its own errors
 * do not always tell.
 */
export function jsonFault(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    at = after(blank, text, at) ?? at;
    const sign = text[at] ?? '';
    const end = after(scalar, text, at);
    const holder = open.at(-1);
    if (expected === 'end' && sign !== '' && sign === closing[holder ?? '']) {
      open.pop();
      at++;
    } else if (expected === 'end' && sign === ',' && holder !== undefined) {
      expected = holder === '{' ? 'key' : 'value';
      at++;
    } else if (expected === 'colon' && sign === ':') {
      expected = 'value';
      at++;
    } else if (isFirst(expected) && sign !== '' && sign === closing[holder ?? '']) {
      open.pop();
      expected = 'end';
      at++;
    } else if (takesKey(expected) && sign === '"' && end !== undefined) {
      expected = 'colon';
      at = end;
    } else if (takesValue(expected) && (sign === '{' || sign === '[')) {
      open.push(sign);
      expected = sign === '{' ? 'first key' : 'first value';
      at++;
    } else if (takesValue(expected) && end !== undefined) {
      expected = 'end';
      at = end;
    } else {
      return at;
    }
  }
}

/** `end`: of the value, so a comma, a bracket or the end of the text. */
type Expected = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'end';

const isFirst = (expected: Expected): boolean => expected.startsWith('first');
const takesKey = (expected: Expected): boolean => expected.endsWith('key');
const takesValue = (expected: Expected): boolean => expected.endsWith('value');

const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

const blank = /[ \t\n\r]*/y;
const scalar =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null/y;

function after(form: RegExp, text: string, at: number): number | undefined {
  form.lastIndex = at;
  return form.test(text) ? form.lastIndex : undefined;
}
