/** A line of a source around an error. */
export interface FrameLine {
  readonly number: number;
  readonly text: string;
  /** The line of the error. */
  readonly isHit: boolean;
}

/** The line at which an error happened, with two before and after it; empty if the text has no such line. */
export function frameOf(text: string, line: number): FrameLine[] {
  const lines = text.split('\n');
  if (line < 1 || line > lines.length) return [];
  const from = Math.max(1, line - 2);
  return lines.slice(from - 1, line + 2).map((each, at) => ({
    number: from + at,
    text: each.slice(0, 400),
    isHit: from + at === line,
  }));
}
