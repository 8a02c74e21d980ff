import type { Block } from './markdown.support.ts';

/** A block of `console`: what follows a prompt, with its continuations, and all lines between. */
interface Session {
  readonly commands: readonly string[];
  readonly output: readonly string[];
}

/** The command lines of a block: all of it in `sh`; in `console` those behind a prompt. */
export function commandsOf(block: Block): readonly string[] {
  return block.language === 'sh' ? block.text.split('\n') : sessionOf(block).commands;
}

export function sessionOf({ text }: Block): Session {
  const commands: string[] = [];
  const output: string[] = [];
  let isOpen = false;
  let quotes = 0;
  for (const line of text.split('\n')) {
    const prompt = /^[$#] (.*)$/.exec(line)?.[1];
    if (isOpen) commands.push(`${commands.pop()}\n${line}`);
    else if (prompt !== undefined) commands.push(prompt);
    if (!isOpen && prompt === undefined) {
      output.push(line);
      continue;
    }
    if (!isOpen) quotes = 0;
    quotes += line.split("'").length - 1;
    isOpen = line.endsWith('\\') || quotes % 2 === 1;
  }
  return { commands, output };
}

/**
 * The words of a call of `castellan` that do not exist: the name of a command, or flags. `help` returns
 * the help of a command, or undefined when there is no such command. Undefined when nothing is called.
 */
export function unknownWords(
  line: string,
  help: (command: string) => string | undefined,
): string[] | undefined {
  const [, called] = /(?:^|\s)castellan +(?=[a-z-])([^\n]*)/.exec(line) ?? [];
  if (called === undefined) return undefined;
  const [first = '', ...words] = (called.split(/ \| |;|&&|"/)[0] ?? '').trim().split(/\s+/);
  if (first.startsWith('-')) return ['--version', '--help'].includes(first) ? [] : [first];
  const unknown = first.split('|').filter((command) => help(command) === undefined);
  if (unknown.length > 0) return unknown;
  const text = help(first.split('|')[0] ?? '') ?? '';
  const flags = words.flatMap((word) => /^--[a-z][\w-]*/.exec(word)?.[0] ?? []);
  return flags.filter((flag) => !new RegExp(`^ +${flag}\\b`, 'm').test(text));
}
