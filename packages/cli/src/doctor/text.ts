import type { DoctorReport, DoctorRow } from '@castellan/sandbox/doctor';
import { escapeText } from '../output/escape.ts';
import type { Paint } from '../output/terminal.ts';

const marks = {
  ok: ['✓', 'ok', 'green'],
  missing: ['✗', 'missing', 'red'],
  weak: ['!', 'weak', 'yellow'],
  info: [' ', 'info', 'dim'],
} as const;

/**
 * Formats the report in aligned columns: mark, word, name, detail. The fix is below each row that
 * needs one.
 */
export function doctorText({ ok, floor, rows }: DoctorReport, paint: Paint): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.flatMap((row) => rowLines(row, width, paint));
  const verdict = ok
    ? `${paint('green', 'This machine can run scripts behind the walls of the floor')}: ${floor.join(' ')}.`
    : `${paint('red', 'This machine is below the floor')} (${floor.join(' ')}): castellan run refuses, except with --isolation none.`;
  return `${[...lines, '', verdict].join('\n')}\n`;
}

function rowLines({ name, state, detail, fix }: DoctorRow, width: number, paint: Paint): string[] {
  const [mark, word, style] = marks[state];
  const head = paint(style, `${mark} ${word.padEnd(7)}`);
  const indent = ' '.repeat(10 + width + 2);
  const [first = '', ...rest] = escapeText(detail).split('\n');
  return [
    `${head} ${name.padEnd(width)}  ${first}`,
    ...rest.map((line) => `${indent}${line}`),
    ...(fix === null ? [] : [`${indent}fix: ${escapeText(fix)}`]),
  ];
}
