import type { LogLevel, LogLine } from '@castellan/protocol';

/** Which lines are looked for. */
export interface Wanted {
  /** Null: all levels. */
  readonly level: LogLevel | null;
  /** Part of a line, in any case. */
  readonly text: string;
}

/** The positions of the lines that are wanted. Lines that come later are looked at once. */
export class Filter {
  readonly #wanted: Wanted;
  readonly #found: number[] = [];
  #seen = 0;

  constructor(wanted: Wanted) {
    this.#wanted = { ...wanted, text: wanted.text.toLowerCase() };
  }

  /** Null stands for all lines, in their order. */
  find(lines: readonly LogLine[]): readonly number[] | null {
    const { level, text } = this.#wanted;
    if (level === null && text === '') return null;
    for (; this.#seen < lines.length; this.#seen++) {
      const line = lines[this.#seen];
      if (line === undefined || (level !== null && line.level !== level)) continue;
      if (line.text.toLowerCase().includes(text)) this.#found.push(this.#seen);
    }
    return this.#found;
  }
}

/**
 * The rows of a list that are in its window, a few more on each side. A list that has become shorter than
 * where its window stands shows its end, as the browser will.
 */
export function rowsIn(
  window: { readonly top: number; readonly height: number },
  rowHeight: number,
  count: number,
): { readonly from: number; readonly to: number } {
  const beyond = 8;
  const top = Math.min(window.top, Math.max(0, count * rowHeight - window.height));
  const from = Math.max(0, Math.floor(top / rowHeight) - beyond);
  const to = Math.min(count, Math.ceil((top + window.height) / rowHeight) + beyond);
  return { from, to };
}

/** A line as it is shown: colours of terminals are left out, other control characters are made visible. */
export function shownText(text: string): string {
  return text
    .replaceAll(/\u001b\[[\d;]*m/g, '')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (character) =>
      String.fromCodePoint(character === '\u007f' ? 0x2421 : 0x2400 + character.charCodeAt(0)),
    );
}
