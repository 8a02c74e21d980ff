import { escapeLine } from './escape.ts';

/** Rows as lines of columns, the first row being their heads; nothing where there is no other. Cells are escaped. */
export function columns(rows: readonly (readonly string[])[]): string {
  if (rows.length < 2) return '';
  const cells = rows.map((row) => row.map(escapeLine));
  const widths = rows[0]?.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths?.[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
