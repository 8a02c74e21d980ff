import { inspectValue } from './format.ts';
import { inspectLibrary } from './lazy.ts';
import {
  arrayJoin,
  create,
  defineOwn,
  hasOwn,
  isArray,
  mapForEach,
  max,
  objectKeys,
  setForEach,
  stringRepeat,
} from './natives.ts';
import { isMap, isSet } from './brands.ts';

type Columns = readonly {
  readonly title: string;
  readonly cells: readonly (string | undefined)[];
}[];

/** Undocumented in the library: the width of a text in a terminal, in columns. */
interface TextWidth {
  getStringWidth(text: string): number;
}

/** The text of Node's `console.table(data, properties)`; data is any object. */
export function tableText(data: object, properties: readonly string[] | undefined): string {
  return drawTable(columnsOf(data, properties));
}

function columnsOf(data: object, properties: readonly string[] | undefined): Columns {
  if (isMap(data)) {
    const keys: string[] = [];
    const values: string[] = [];
    mapForEach(data, (value, key) => {
      defineOwn(keys, keys.length, cell(key));
      defineOwn(values, values.length, cell(value));
    });
    return [
      { title: '(iteration index)', cells: indexes(keys.length) },
      { title: 'Key', cells: keys },
      { title: 'Values', cells: values },
    ];
  }
  if (isSet(data)) {
    const values: string[] = [];
    setForEach(data, (value) => defineOwn(values, values.length, cell(value)));
    return [
      { title: '(iteration index)', cells: indexes(values.length) },
      { title: 'Values', cells: values },
    ];
  }
  return columnsOfRows(data as Record<string, unknown>, properties);
}

function columnsOfRows(
  data: Record<string, unknown>,
  properties: readonly string[] | undefined,
): Columns {
  const rows = objectKeys(data);
  const byKey = create(null) as Record<string, (string | undefined)[]>;
  const primitives: string[] = [];
  let hasPrimitives = false;
  for (let row = 0; row < rows.length; row++) {
    const item = data[rows[row]!];
    if ((typeof item !== 'object' && typeof item !== 'function') || item === null) {
      hasPrimitives = true;
      defineOwn(primitives, row, cell(item));
      continue;
    }
    const keys = properties ?? objectKeys(item);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      const column = (byKey[key] ??= []);
      const value = hasOwn(item, key) ? cell((item as Record<string, unknown>)[key]) : '';
      defineOwn(column, row, value);
    }
  }
  const columns: { title: string; cells: readonly (string | undefined)[] }[] = [
    { title: '(index)', cells: rows },
  ];
  const titles = objectKeys(byKey);
  for (let index = 0; index < titles.length; index++) {
    const title = titles[index]!;
    defineOwn(columns, columns.length, { title, cells: byKey[title]! });
  }
  if (hasPrimitives) defineOwn(columns, columns.length, { title: 'Values', cells: primitives });
  return columns;
}

function cell(value: unknown): string {
  const isWide =
    typeof value === 'object' && value !== null && !isArray(value) && objectKeys(value).length > 2;
  return inspectValue(value, {
    depth: isWide ? -1 : 0,
    maxArrayLength: 3,
    breakLength: Number.POSITIVE_INFINITY,
  });
}

function indexes(length: number): string[] {
  const list: string[] = [];
  for (let index = 0; index < length; index++) defineOwn(list, index, `${index}`);
  return list;
}

function drawTable(columns: Columns): string {
  const library: unknown = inspectLibrary();
  const { getStringWidth } = library as TextWidth;
  const widths: number[] = [];
  let height = 0;
  for (let index = 0; index < columns.length; index++) {
    const { title, cells } = columns[index]!;
    let width = getStringWidth(title);
    for (let row = 0; row < cells.length; row++)
      width = max(width, getStringWidth(cells[row] ?? ''));
    defineOwn(widths, index, width + 2);
    height = max(height, cells.length);
  }

  const lines: string[] = [];
  const line = (left: string, joint: string, right: string, part: (column: number) => string) => {
    const parts: string[] = [];
    for (let column = 0; column < widths.length; column++) defineOwn(parts, column, part(column));
    defineOwn(lines, lines.length, left + arrayJoin(parts, joint) + right);
  };
  const rule = (column: number) => stringRepeat('─', widths[column]!);
  const padded = (text: string, column: number) =>
    ` ${text}${stringRepeat(' ', widths[column]! - 1 - getStringWidth(text))}`;

  line('┌', '┬', '┐', rule);
  line('│', '│', '│', (column) => padded(columns[column]!.title, column));
  line('├', '┼', '┤', rule);
  for (let row = 0; row < height; row++) {
    line('│', '│', '│', (column) => padded(columns[column]!.cells[row] ?? '', column));
  }
  line('└', '┴', '┘', rule);
  return arrayJoin(lines, '\n');
}
