/** On the user's line `line`, the columns from `start` to before `end` became `length` columns. */
export interface Shift {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly length: number;
}

/** A stretch of the source that becomes another text. Offsets are UTF-16 units. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function applyEdits(source: string, edits: readonly Edit[]): string {
  let code = '';
  let at = 0;
  for (const { start, end, text } of inOrder(edits)) {
    code += source.slice(at, start) + text;
    at = end;
  }
  return code + source.slice(at);
}

/** An edit has its line breaks at its end, so it changes its first line and the rest of its last. */
export function shiftsOf(source: string, edits: readonly Edit[]): Shift[] {
  const places = placesIn(source);
  return inOrder(edits).flatMap(({ start, end, text }) => {
    const { line, column } = places(start);
    const [first = '', ...others] = source.slice(start, end).split('\n');
    const length = text.replaceAll('\n', '').length;
    if (others.length === 0 && length === first.length) return [];
    const shifts: Shift[] = [{ line, start: column, end: column + first.length, length }];
    const last = others.at(-1);
    if (last !== undefined) {
      shifts.push({ line: line + others.length, start: 1, end: 1 + last.length, length: 0 });
    }
    return shifts;
  });
}

/** Looks up lines and columns, from 1, of offsets that never fall: the text is read once for all of them. */
function placesIn(source: string): (offset: number) => { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  let at = source.indexOf('\n');
  return (offset) => {
    for (; at !== -1 && at < offset; at = source.indexOf('\n', lineStart)) {
      line++;
      lineStart = at + 1;
    }
    return { line, column: offset - lineStart + 1 };
  };
}

function inOrder(edits: readonly Edit[]): Edit[] {
  return edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

/** The user's column for a column that the engine reports, both from 1; in an edit, its start. */
export function originalColumn(shifts: readonly Shift[], line: number, column: number): number {
  let moved = 0;
  for (const { start, end, length } of shifts.filter((shift) => shift.line === line)) {
    if (column < start + moved) break;
    if (column < start + moved + length) return start;
    moved += length - (end - start);
  }
  return column - moved;
}
