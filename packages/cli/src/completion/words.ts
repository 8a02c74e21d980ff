import { namesOf } from '@castellan/protocol';
import { commandPages } from '../args/commands.ts';
import { topHelp } from '../args/help.ts';
import type { HelpPage } from '../args/help-page.ts';
import type { OptionRow } from '../args/row.ts';

/** What may stand at a place of a command line. */
export type Offer = 'file' | 'folder' | 'nothing' | readonly string[];

/** An option as a shell completes it. */
export interface OptionWord {
  readonly name: string;
  readonly short: string | undefined;
  readonly sentence: string;
  /** What follows it; undefined for an option without a value. */
  readonly value: Offer | undefined;
}

/** A command as a shell completes it. */
export interface CommandWord {
  readonly name: string;
  readonly sentence: string;
  readonly operands: Offer;
  readonly options: readonly OptionWord[];
}

/** Every command with its options, from the tables that the program itself reads. */
export function commandWords(): CommandWord[] {
  return namesOf(commandPages).map((name) => {
    const page: HelpPage = commandPages[name];
    const { words = {}, options, more, operands = 'nothing' } = page;
    const [, sentence = ''] = words[name] === undefined ? inTop(name) : [name, words[name]];
    const rows = Object.entries({ ...options, ...more?.options });
    return {
      name,
      sentence: firstSentence(sentence),
      operands: name === 'help' ? namesOf(commandPages) : operands,
      options: rows.map(([option, row]) => ({
        name: option,
        short: row.short,
        sentence: firstSentence(row.sentence),
        value: row.type === 'boolean' ? undefined : valueOf(row),
      })),
    };
  });
}

/** The row of the command in the help of the whole program. */
function inTop(name: string): readonly string[] {
  return Object.entries(topHelp.words ?? {}).find(([form]) => form.split(' ')[1] === name) ?? [];
}

/** A list of words, as in `isolate|node`, or a kind of path. */
function valueOf({ value = '' }: OptionRow): Offer {
  if (/^[a-z_]+(?:\|[a-z_]+)+$/.test(value)) return value.split('|');
  if (value === 'DIR') return 'folder';
  return /FILE|PATH/.test(value) ? 'file' : 'nothing';
}

/** The first sentence without its full stop, in characters that no shell has a use for. */
function firstSentence(text: string): string {
  const [first = ''] = text.split(/[.:](?: |$)/);
  return first.replaceAll(/['"`$\\[\]]/g, '').replaceAll('’', '');
}
