import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Comment, parseSync, type Program, type Span } from 'oxc-parser';

const root = join(import.meta.dirname, '..', '..', '..');

/** A parsed source of the repository. */
export interface Source {
  /** Relative to the repository's root. */
  readonly file: string;
  readonly text: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
}

const parsed = new Map<string, Source>();

export function sourceOf(file: string): Source {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(join(root, file), 'utf8');
  const { program, comments, errors } = parseSync(file, text);
  if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`);
  const source = { file, text, program, comments };
  parsed.set(file, source);
  return source;
}

/** Returns the text of a node on one line, without comments. */
export function textOf({ text, comments }: Source, { start, end }: Span): string {
  let code = '';
  let at = start;
  for (const comment of comments) {
    if (comment.start < start || comment.end > end) continue;
    code += text.slice(at, comment.start);
    at = comment.end;
  }
  code += text.slice(at, end);
  return code
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/([<([]) | ([>)\]])/g, '$1$2')
    .replaceAll(/,([>)\]])/g, '$1')
    .replaceAll(/= \| /g, '= ');
}

/**
 * Returns the doc comment directly above a node, with a blank line between its paragraphs; empty if
 * there is none.
 */
export function docOf({ text, comments }: Source, { start }: Span): string {
  const comment = comments.findLast(({ end }) => end <= start);
  if (comment?.type !== 'Block' || !comment.value.startsWith('*')) return '';
  if (text.slice(comment.end, start).trim() !== '') return '';
  return plain(comment.value.slice(1));
}

/** Returns the line comments directly above a node: the name of a group of exports. */
export function headingOf({ text, comments }: Source, { start }: Span): string {
  const lines: string[] = [];
  let below = start;
  for (const { type, value, ...span } of comments.toReversed()) {
    if (span.end > below) continue;
    if (type !== 'Line' || !/^\n? *$/.test(text.slice(span.end, below))) break;
    lines.unshift(value.trim());
    below = span.start;
  }
  return lines.join(' ').replace(/\.$/, '');
}

function plain(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trimEnd())
    .join('\n')
    .trim()
    .replaceAll(/(?<!\n)\n(?!\n)/g, ' ');
}
