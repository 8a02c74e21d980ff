import { topHelp } from '../../packages/cli/src/args/help.ts';
import type { HelpPage } from '../../packages/cli/src/args/help-page.ts';
import type { OptionTable } from '../../packages/cli/src/args/row.ts';
import { sections } from './cli.ts';

/** Returns the manual page castellan(1) in mdoc(7): what `--help` says, command by command. */
export function manPage(): string {
  const { words = {}, options } = topHelp;
  return [
    '.\\" Made from the pages of --help: npm run docs',
    '.Dd November 30, 2026',
    '.Dt CASTELLAN 1',
    '.Os',
    '.Sh NAME',
    '.Nm castellan',
    '.Nd runs JavaScript and TypeScript that you did not write, behind several walls',
    '.Sh SYNOPSIS',
    '.Nm',
    '.Ar command',
    '.Op Ar options',
    '.Sh DESCRIPTION',
    'The commands are:',
    ...list(Object.entries(words)),
    '.Pp',
    'The options of all of them are:',
    ...optionList(options),
    ...sections.flatMap(([heading, page]) => [`.Sh ${heading.toUpperCase()}`, ...bodyOf(page)]),
    '.Sh ENVIRONMENT',
    ...tagged([
      ['CASTELLAN_URL', 'The service that submit, list, logs, get, cancel and artifacts ask.'],
      ['CASTELLAN_KEY', 'The key that they show it.'],
      ['NO_COLOR', 'Nothing is coloured when it is set.'],
    ]),
    '.Sh SEE ALSO',
    '.Xr bwrap 1 ,',
    '.Xr node 1',
    '',
  ].join('\n');
}

function bodyOf({ usage, about, words, options, more, exitCodes, examples, closing }: HelpPage) {
  return [
    '.Bd -literal',
    ...usage.map(text),
    '.Ed',
    ...about.flatMap((paragraph) => ['.Pp', text(paragraph)]),
    ...(words === undefined ? [] : list(Object.entries(words))),
    ...optionList(options),
    ...(more === undefined ? [] : ['.Pp', text(more.sentence), ...optionList(more.options)]),
    ...(exitCodes === undefined
      ? []
      : ['.Pp', 'Exit codes:', ...list(Object.entries<string>(exitCodes))]),
    ...(examples === undefined
      ? []
      : ['.Pp', 'Examples:', '.Bd -literal -offset indent', ...examples.map(text), '.Ed']),
    ...(closing === undefined ? [] : ['.Pp', text(closing)]),
  ];
}

function optionList(table: OptionTable): string[] {
  return tagged(
    Object.entries(table).map(([name, { short, value, sentence, standard }]) => [
      `--${name}${value === undefined ? '' : ` ${value}`}${short === undefined ? '' : `, -${short}`}`,
      standard === undefined ? sentence : `${sentence} Default ${standard}.`,
    ]),
  );
}

const list = tagged;

function tagged(rows: readonly (readonly [tag: string, says: string])[]): string[] {
  if (rows.length === 0) return [];
  const items = rows.flatMap(([tag, says]) => [`.It ${argument(tag)}`, text(says)]);
  return ['.Bl -tag -width Ds', ...items, '.El'];
}

/** Lines of text, one a sentence: backslashes are escaped, and no control line begins by accident. */
function text(paragraph: string): string {
  return paragraph
    .split(/(?<=[.!?]) /)
    .map((sentence) => escaped(sentence).replace(/^(?=[.'])/, '\\&'))
    .join('\n');
}

/** The arguments of a macro: no word may be taken for one of mdoc's. */
function argument(line: string): string {
  return `Cm "${escaped(line).replaceAll('"', '\\(dq')}"`;
}

/** Dashes stay what a user types, and characters outside of ASCII are named. */
function escaped(line: string): string {
  return line
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', '\\(cq')
    .replaceAll(
      /[^\x20-\x7e]/g,
      (c) => `\\[u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
