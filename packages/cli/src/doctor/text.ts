import type { DoctorReport, DoctorRow } from '@castellan/sandbox/doctor';
import { escapeText } from '../output/escape.ts';
import type { Paint } from '../output/terminal.ts';

const marks = {
  ok: ['✓', 'ok', 'green'],
  missing: ['✗', 'missing', 'red'],
  weak: ['!', 'weak', 'yellow'],
  info: [' ', 'info', 'dim'],
} as const;

/** As wide as the longest name of a row. */
const width = 14;

/** Formats a row: mark, word, name, detail; below them the fix, if it needs one. */
export function rowText(row: DoctorRow, paint: Paint): string {
  return `${rowLines(row, paint).join('\n')}\n`;
}

/** Formats what the rows come to. */
export function verdictText({ ok, floor }: DoctorReport, paint: Paint): string {
  const verdict = ok
    ? `${paint('green', 'This machine can run scripts behind the walls of the floor')}: ${floor.join(' ')}.`
    : `${paint('red', 'This machine is below the floor')} (${floor.join(' ')}): castellan run refuses, except with --isolation none.`;
  return `\n${verdict}\n`;
}

function rowLines({ name, state, detail, fix }: DoctorRow, paint: Paint): string[] {
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
