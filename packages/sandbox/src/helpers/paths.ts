import { readdirSync } from 'node:fs';

/** UTF-16 units of a message that are kept. */
const longestMessage = 4_096;

/** One or more slashes, as they are, as JSON may escape them, or as URLs encode them. */
const slashes = /(?:\\?\/|%2f)+/iuy;
/** A URL that is no file. It ends before a second colon with a slash, where a list goes on. */
const url = /(?:https?|wss?):\/\/(?:(?!:\/)[^\s'"`<>|;,])*/iuy;
const closing: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  '`': '`',
  '‘': '’',
  '“': '”',
  '«': '»',
};

/**
 * Replaces what may be an absolute path of this machine by `<path>`: what begins with an entry of its
 * root, in any spelling, after anything but a letter or a digit; each `file:` URL; and what follows
 * such a path on its line and has a slash. Takes too much rather than too little; http URLs stay.
 */
export function withoutPaths(text: string): string {
  const root = rootForm(readdirSync('/'));
  return text
    .slice(0, longestMessage)
    .split('\n')
    .map((line) => withoutPathsInLine(line, root))
    .join('\n');
}

function withoutPathsInLine(line: string, root: RegExp): string {
  let shown = '';
  let hasPath = false;
  for (let at = 0; at < line.length;) {
    const address = isAfterWord(line, at) ? '' : matched(url, line, at);
    const end: number = address === '' ? pathEnd(line, at, root, hasPath) : at + address.length;
    if (address !== '') shown += address;
    else if (end > at) shown += '<path>';
    else shown += line[at];
    hasPath ||= address === '' && end > at;
    at = Math.max(end, at + 1);
  }
  return shown;
}

/** Where a path that begins at `at` ends; `at` itself when none does. */
function pathEnd(line: string, at: number, root: RegExp, hasPath: boolean): number {
  if (isAfterWord(line, at)) return at;
  const scheme = matched(/file:/iuy, line, at);
  const lead = matched(slashes, line, at + scheme.length);
  if (lead === '') return at;
  const start = at + scheme.length + lead.length;
  const isKnown =
    scheme !== '' || matched(root, line, start) !== '' || /\/\.\.?\//.test(word(line, at));
  if (!isKnown && !(hasPath && matched(/[^\s/]/uy, line, start) !== '')) return at;
  const close = closing[line[at - 1] ?? ''];
  const end = close === undefined ? undefined : quotedEnd(line, start, close);
  return continued(line, end ?? wordEnd(line, start));
}

/** Goes on over words with a slash within: a name in the path has a blank or a quote. */
function continued(line: string, given: number): number {
  let end = given;
  for (;;) {
    const slash = line.indexOf('/', end);
    if (slash === -1 || !isAfterWord(line, slash)) return end;
    end = wordEnd(line, slash);
  }
}

/** The place of the quote that closes: no letter follows it. */
function quotedEnd(line: string, start: number, close: string): number | undefined {
  for (let at = line.indexOf(close, start); at !== -1; at = line.indexOf(close, at + 1)) {
    if (!/^[\p{L}\p{N}_]/u.test(line.slice(at + 1, at + 3))) return at;
  }
  return undefined;
}

/** The end of the run of characters that are no blank, without punctuation, line and column. */
function wordEnd(line: string, start: number): number {
  const run = word(line, start).replace(/[.,;:)\]}>'"`’”»]+$/u, '');
  return start + run.replace(/:\d{1,9}(?::\d{1,9})?$/, '').length;
}

function word(line: string, start: number): string {
  return matched(/\S*/uy, line, start);
}

/** Whether a letter or digit stands before, other than that of an option such as `-I`. */
function isAfterWord(line: string, at: number): boolean {
  if (/(?:^|[^\p{L}\p{N}_-])-[A-Za-z]$/u.test(line.slice(Math.max(0, at - 4), at))) return false;
  return /[\p{L}\p{N}_]$/u.test(line.slice(Math.max(0, at - 2), at));
}

function matched(form: RegExp, line: string, at: number): string {
  form.lastIndex = at;
  return form.exec(line)?.[0] ?? '';
}

/** An entry of the root, behind any steps to the folder itself or above. */
function rootForm(entries: readonly string[]): RegExp {
  const names = entries
    .flatMap((name) => [name, encodeURIComponent(name)])
    .map((name) => RegExp.escape(name));
  return new RegExp(
    `(?:\\.\\.?(?:\\\\?/|%2f)+)*(?:${['(?!)', ...names].join('|')})(?![\\p{L}\\p{N}_@+-])`,
    'uy',
  );
}
