import { escapeText } from './escape.ts';

const windowWidth = 88;

/** A line may be a megabyte long; text farther from the column than this is ignored. */
const farthest = 1_000;

/** Characters that are two cells wide on a terminal, and those that are zero cells wide. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const none = /[\p{M}\u200d]/u;

interface Piece {
  readonly text: string;
  readonly width: number;
}

/**
 * The line of `source` with a caret under the column, both from 1, columns in UTF-16 units:
 *
 *     12 |   const name = params.user.name;
 *        |                             ^
 *
 * Tabs become spaces, control characters are shown as escapes, a long line is cut around the
 * column. `null` when there is no such line.
 */
export function excerpt(source: string, line: number, column: number | null): string[] | null {
  const text = source.replace(/^\ufeff/, '').split(/\r\n|[\n\r\u2028\u2029]/)[line - 1];
  if (text === undefined) return null;
  const at = Math.min(Math.max((column ?? 1) - 1, 0), text.length);
  const before = piecesOf(text.slice(Math.max(0, at - farthest), at), 0);
  const after = piecesOf(text.slice(at, at + farthest), widthOf(before));
  const { shown, caret } = cut(before, after);
  const gutter = String(line);
  const lines = [`${gutter} | ${shown}`];
  if (column !== null) lines.push(`${' '.repeat(gutter.length)} | ${' '.repeat(caret)}^`);
  return lines;
}

function piecesOf(text: string, start: number): Piece[] {
  let place = start;
  return Array.from(text, (character) => {
    const piece = pieceOf(character, place);
    place += piece.width;
    return piece;
  });
}

function pieceOf(character: string, place: number): Piece {
  if (character === '\t') {
    const width = 4 - (place % 4);
    return { text: ' '.repeat(width), width };
  }
  const text = escapeText(character);
  if (text !== character) return { text, width: text.length };
  if (none.test(character)) return { text, width: 0 };
  return { text, width: wide.test(character) ? 2 : 1 };
}

function widthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { width }) => sum + width, 0);
}

/** Keeps the text around the caret if the whole line is too wide. */
function cut(before: readonly Piece[], after: readonly Piece[]): { shown: string; caret: number } {
  const total = widthOf(before) + widthOf(after);
  const room = total <= windowWidth ? total : windowWidth;
  const right = take(after, Math.max(room / 2, room - widthOf(before)));
  const left = take(before.toReversed(), room - widthOf(right)).toReversed();
  const head = left.length < before.length ? '…' : '';
  const tail = right.length < after.length ? '…' : '';
  const join = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');
  return { shown: head + join(left) + join(right) + tail, caret: head.length + widthOf(left) };
}

function take(pieces: readonly Piece[], room: number): Piece[] {
  let used = 0;
  const end = pieces.findIndex(({ width }) => (used += width) > room);
  return pieces.slice(0, end === -1 ? undefined : end);
}
