import { oneOf, shown } from '@castellan/protocol/kinds';
import { namesOf } from '@castellan/protocol';
import { completionHelp } from '../args/help.ts';
import { helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { readFlag, UsageError } from '../args/usage-error.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { commandWords } from './words.ts';
import { zshCompletion } from './zsh.ts';

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** `castellan completion SHELL`: prints the script that the shell reads. */
export async function completionCommand(
  args: readonly string[],
  { stdout }: Terminal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, completionHelp.options);
  if (values['help'] === true) {
    stdout.write(helpText(completionHelp));
    return exitCodes.ok;
  }
  const [given, more] = positionals;
  if (given === undefined) {
    throw new UsageError(`completion needs a shell: ${namesOf(shells).join(', ')}.`);
  }
  if (more !== undefined)
    throw new UsageError(`completion takes one shell, not also ${shown(more)}.`);
  const shell = readFlag(oneOf(namesOf(shells)), given, 'The shell of completion');
  stdout.write(shells[shell](commandWords()));
  return exitCodes.ok;
}
