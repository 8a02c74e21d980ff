import type { OptionTable } from './row.ts';

/** The content of `--help` for a command, and of its section on the reference page. */
export interface HelpPage {
  /** The forms in which the command can be written. */
  readonly usage: readonly string[];
  /** What it does, one paragraph per entry. */
  readonly about: readonly string[];
  /** Its subcommands with their meaning, shown in two columns. */
  readonly words?: Readonly<Record<string, string>>;
  /** What stands after the command, for completion: files, folders, or one of these words. */
  readonly operands?: 'file' | 'folder' | readonly string[];
  readonly options: OptionTable;
  /** A second table of options, with a sentence above it. */
  readonly more?: { readonly sentence: string; readonly options: OptionTable };
  readonly exitCodes?: Readonly<Record<number, string>>;
  readonly examples?: readonly string[];
  /** The last paragraph. */
  readonly closing?: string;
}

const width = 96;

/** The widest left column. */
const widest = 34;

/** Formats the page for a terminal. */
export function helpText(page: HelpPage): string {
  const { usage, about, words, options, more, exitCodes, examples, closing } = page;
  const parts = [
    ...(usage.length === 0 ? [] : [usage.join('\n')]),
    ...about.map(paragraph),
    ...(words === undefined ? [] : [columns(Object.entries(words))]),
    ...(Object.keys(options).length === 0 ? [] : [listOptions(options)]),
    ...(more === undefined ? [] : [wrap(more.sentence, 0), listOptions(more.options)]),
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

/** Two columns. What is wider than `widest` has a line of its own above its text. */
function columns(rows: readonly (readonly [left: string, right: string])[]): string {
  const lengths = rows.map(([left]) => left.length).filter((length) => length <= widest);
  const indent = Math.max(0, ...lengths) + 4;
  return rows
    .map(([left, right]) => {
      const head = `  ${left}`;
      const start = left.length <= widest ? head.padEnd(indent) : `${head}\n${' '.repeat(indent)}`;
      return `${start}${wrap(right, indent)}`;
    })
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
