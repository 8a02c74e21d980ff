import { commandPages } from '../../packages/cli/src/args/commands.ts';
import { topHelp } from '../../packages/cli/src/args/help.ts';
import { type HelpPage, optionText } from '../../packages/cli/src/args/help-page.ts';
import type { OptionTable } from '../../packages/cli/src/args/option.ts';
import { block, code, markdownPage, markdownTable } from './markdown.ts';

/** Every page of `--help` below its heading; commands that share one come together. */
export const sections: readonly (readonly [heading: string, page: HelpPage])[] = [
  ...Map.groupBy(Object.entries<HelpPage>(commandPages), ([, page]) => page),
].map(([page, named]) => [`castellan ${named.map(([name]) => name).join(', ')}`, page]);

const head = `What \`--help\` and the manual page castellan(1) say, on one page. A value is given as \`--name value\` or \`--name=value\`; one that begins with
a dash only the second way. An option that does not exist, and a value that cannot be used, end the program with exit
code 2 before anything is run.`;

const environment = `\`castellan submit\`, \`list\`, \`logs\`, \`get\`, \`cancel\`, \`artifacts\`, \`functions\`, \`secrets\`, \`schedules\`, \`webhooks\` and \`worker\` find their service by \`CASTELLAN_URL\` and show it the key in
\`CASTELLAN_KEY\`. The variables that \`castellan serve\` reads are listed with [its options](config.md).`;

/** Returns the reference page of the command line. */
export function cliReference(): string {
  return markdownPage('The command line', 'the pages of --help', [
    head,
    wordTable(topHelp.words ?? {}),
    optionTable(topHelp.options),
    ...sections.flatMap(([heading, page]) => [`## ${heading}`, ...partsOf(page)]),
    '## Environment',
    environment,
  ]);
}

function partsOf(page: HelpPage): string[] {
  const { usage, about, words, options, more, exitCodes, examples, closing } = page;
  return [
    block('text', usage.join('\n')),
    ...about.map(plain),
    ...(words === undefined ? [] : [wordTable(words)]),
    optionTable(options),
    ...(more === undefined ? [] : [plain(more.sentence), optionTable(more.options)]),
    ...(exitCodes === undefined ? [] : [exitTable(exitCodes)]),
    ...(examples === undefined ? [] : [block('sh', examples.join('\n'))]),
    ...(closing === undefined ? [] : [plain(closing)]),
  ];
}

function wordTable(words: Readonly<Record<string, string>>): string {
  return markdownTable(
    ['command', 'does'],
    Object.entries(words).map(([word, does]) => [code(word), plain(does)]),
  );
}

function optionTable(table: OptionTable): string {
  return markdownTable(
    ['option', 'what it does', 'default'],
    Object.entries(table).map(([name, row]) => [
      code(optionText(name, row)),
      plain(row.sentence),
      plain(row.standard ?? ''),
    ]),
  );
}

function exitTable(exitCodes: Readonly<Record<number, string>>): string {
  return markdownTable(
    ['exit code', 'means'],
    Object.entries<string>(exitCodes).map(([exitCode, means]) => [exitCode, plain(means)]),
  );
}

/** Escapes the text of a terminal for Markdown. */
function plain(text: string): string {
  return text
    .replaceAll(/[*<]/g, (character) => `\\${character}`)
    .replaceAll(/(?<![\w-])--[a-z][\w-]*(?: (?:node|isolate)\b)?/g, code)
    .replaceAll('docs/reference/config.md', '[Configuration](config.md)');
}
