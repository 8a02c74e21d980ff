import { type Fields, fieldsOf, listOf, textOf } from '../messages.ts';
import { memberValue, valueText } from './values.ts';

const mostRows = 50;
const mostColumns = 16;
const mostCharacters = 32;

/** What `console.table` shows, as Node draws it; a value without rows as the log shows it. */
export function grid(given: unknown): string {
  const rows = listOf(fieldsOf(fieldsOf(given)['preview'])['properties']).slice(0, mostRows);
  if (rows.length === 0) return valueText(given);
  const index = '(index)';
  const values = 'Values';
  const lines = rows.map((row) => cellsOf(fieldsOf(row), index, values));
  const names = new Set(lines.flatMap((line) => [...line.keys()]));
  names.delete(values);
  const columns = [...names].slice(0, mostColumns);
  if (lines.some((line) => line.has(values))) columns.push(values);
  const texts = [columns, ...lines.map((line) => columns.map((name) => line.get(name) ?? ''))];
  const widths = columns.map((_, at) => Math.max(...texts.map((line) => line[at]?.length ?? 0)));
  const drawn = texts.map((line) => row(line.map((text, at) => text.padEnd(widths[at] ?? 0))));
  const rule = ([left, middle, right]: string): string =>
    `${left}${widths.map((width) => '─'.repeat(width + 2)).join(middle)}${right}`;
  const [head = '', ...body] = drawn;
  return [rule('┌┬┐'), head, rule('├┼┤'), ...body, rule('└┴┘')].join('\n');
}

const row = (cells: readonly string[]): string => `│ ${cells.join(' │ ')} │`;

/** The cells of one row by the name of their column. */
function cellsOf(member: Fields, index: string, values: string): Map<string, string> {
  const cells = new Map([[index, short(textOf(member['name']))]]);
  const members = listOf(fieldsOf(member['valuePreview'])['properties']);
  if (members.length === 0) cells.set(values, short(memberValue(member)));
  for (const each of members) {
    const field = fieldsOf(each);
    cells.set(short(textOf(field['name'])), short(memberValue(field)));
  }
  return cells;
}

/** On one line, and not wider than a column may be. */
function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= mostCharacters ? line : `${line.slice(0, mostCharacters - 1)}…`;
}
