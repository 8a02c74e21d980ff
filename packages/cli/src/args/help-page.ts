import type { OptionTable } from './table.ts';

/** The content of `--help` for a command, and of its section on the reference page. */
export interface HelpPage {
  /** The forms in which the command can be written. */
  readonly usage: readonly string[];
  /** What it does, one paragraph per entry. */
  readonly about: readonly string[];
  /** Its subcommands with their meaning, shown in two columns. */
  readonly words?: Readonly<Record<string, string>>;
  readonly options: OptionTable;
  /** A second table of options, with a sentence above it. */
  readonly more?: { readonly sentence: string; readonly options: OptionTable };
  readonly exitCodes?: Readonly<Record<number, string>>;
  readonly examples?: readonly string[];
  /** The last paragraph. */
  readonly closing?: string;
}

const width = 96;

/** Formats the page for a terminal. */
export function helpText(page: HelpPage): string {
  const { usage, about, words, options, more, exitCodes, examples, closing } = page;
  const parts = [
    ...(usage.length === 0 ? [] : [usage.join('\n')]),
    ...about.map(paragraph),
    ...(words === undefined ? [] : [columns(Object.entries(words))]),
    listOptions(options),
    ...(more === undefined ? [] : [more.sentence, listOptions(more.options)]),
    ...(exitCodes === undefined ? [] : ['Exit codes', codeLines(exitCodes)]),
    ...(examples === undefined ? [] : ['Examples', examples.map((line) => `  ${line}`).join('\n')]),
    ...(closing === undefined ? [] : [paragraph(closing)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function listOptions(table: OptionTable): string {
  return columns(
    Object.entries(table).map(([name, row]) => {
      const { sentence, standard } = row;
      return [
        optionText(name, row),
        standard === undefined ? sentence : `${sentence} Default ${standard}.`,
      ];
    }),
  );
}

/** An option with its value as a user types it: `--params JSON|@FILE`. */
export function optionText(name: string, { value, short }: OptionTable[string]): string {
  return `--${name}${value === undefined ? '' : ` ${value}`}${short === undefined ? '' : `, -${short}`}`;
}

function columns(rows: readonly (readonly [left: string, right: string])[]): string {
  const indent = Math.max(...rows.map(([left]) => left.length)) + 4;
  return rows
    .map(([left, right]) => `${`  ${left}`.padEnd(indent)}${wrap(right, indent)}`)
    .join('\n');
}

function codeLines(exitCodes: Readonly<Record<number, string>>): string {
  return Object.entries(exitCodes)
    .map(([code, text]) => `  ${code}  ${text}`)
    .join('\n');
}

function paragraph(text: string): string {
  return `  ${wrap(text, 2)}`;
}

function wrap(text: string, indent: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && indent + line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
