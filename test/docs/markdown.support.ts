import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../architecture/sources.support.ts';

/** A fenced block of a Markdown file. */
export interface Block {
  /** Relative to the repository's root. */
  readonly file: string;
  /** Of its opening fence, from 1. */
  readonly line: number;
  /** The nearest heading of level 1 or 2 above it. */
  readonly section: string;
  /** The first word of the info string; empty when there is none. */
  readonly language: string;
  /** What else the info string says: `script`, `engine=node`, `no-run=…`. */
  readonly marks: ReadonlyMap<string, string>;
  readonly text: string;
}

/** A Markdown file, taken apart. */
export interface Page {
  /** Relative to the repository's root. */
  readonly file: string;
  readonly blocks: readonly Block[];
  /** Its lines; those of fenced blocks are empty. */
  readonly prose: readonly string[];
}

/** Every Markdown file of the repository that is written by people or made from code. */
export function readPages(): Page[] {
  return globSync('**/*.md', {
    cwd: root,
    exclude: (name) =>
      /(?:^|\/)(?:node_modules|dist|results|tmp|\.castellan|\.git)(?:\/|$)/.test(name),
  })
    .toSorted()
    .map((file) => readPage(file, readFileSync(join(root, file), 'utf8')));
}

/** Throws when a fence is not closed. */
export function readPage(file: string, text: string): Page {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let section = '';
  let open: { readonly fence: string; readonly line: number; readonly info: string } | undefined;
  let inside: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const [, fence, info = ''] = /^ {0,3}(`{3,}) *([^`]*)$/.exec(line) ?? [];
    if (open === undefined && fence !== undefined) {
      open = { fence, line: index + 1, info: info.trim() };
      inside = [];
    } else if (open !== undefined && fence === open.fence && info === '') {
      blocks.push({ file, section, ...block(open.info), line: open.line, text: inside.join('\n') });
      open = undefined;
    } else if (open !== undefined) inside.push(line);
    else section = /^##? +(.*?) *$/.exec(line)?.[1] ?? section;
    prose.push(open === undefined && fence === undefined ? line : '');
  }
  if (open !== undefined) throw new Error(`${file}:${open.line}: the block is not closed`);
  return { file, blocks, prose };
}

function block(info: string): Pick<Block, 'language' | 'marks'> {
  const [language = '', ...words] = info.split(/ +/);
  const marks = words.map((word): [string, string] => {
    const at = word.indexOf('=');
    return at === -1 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
  });
  return { language, marks: new Map(marks) };
}
