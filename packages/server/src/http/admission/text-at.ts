import type { Submission } from '../../runs/contract/runs.ts';

/**
 * The text of a file from a line and a column on, both from 1: at most 1,000 characters, with "\n" for
 * every line break. Empty where there is no such place.
 */
export type TextAt = (file: string | null, line: number, column: number) => string;

/** UTF-16 units of a statement that are looked at. */
const longest = 1_000;

/** Reads a source at many places: the lines of a file are counted once, however many they are. */
export function readerOf(source: Submission['source']): TextAt {
  const known = new Map<string | null, Uint32Array>();
  return (file, line, column) => {
    const text = typeof source === 'string' ? source : source.files[file ?? ''];
    if (text === undefined) return '';
    const starts = known.get(file) ?? lineStarts(text);
    known.set(file, starts);
    const start = starts[line - 1];
    if (start === undefined) return '';
    const from = start + column - 1;
    return text.slice(from, from + longest).replaceAll(/\r\n?|[\u2028\u2029]/g, '\n');
  };
}

/** Where each line starts. */
function lineStarts(text: string): Uint32Array {
  const starts = new Uint32Array(text.length + 1);
  let lines = 1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isBreak = code === 0x0a || code === 0x0d || code === 0x2028 || code === 0x2029;
    if (!isBreak || (code === 0x0d && text.charCodeAt(at + 1) === 0x0a)) continue;
    starts[lines++] = at + 1;
  }
  return starts.slice(0, lines);
}
