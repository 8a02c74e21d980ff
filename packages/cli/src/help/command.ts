import { errorTable, namesOf, reasons } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import { commandPages } from '../args/commands.ts';
import { withFlagNames } from '../args/flag-names.ts';
import { helpHelp, topHelp } from '../args/help.ts';
import { type HelpPage, helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { unknownWord, UsageError } from '../args/usage-error.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { cureOfError, cureOfReason } from './cures.ts';

/** `castellan help [TOPIC]`: a command, a reason, or the code of an error. */
export async function helpCommand(args: readonly string[], { stdout }: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(args, helpHelp.options);
  const [topic, ...more] = positionals;
  if (topic === undefined || values['help'] === true) {
    stdout.write(helpText(values['help'] === true ? helpHelp : topHelp));
    return exitCodes.ok;
  }
  const page = pageOf(topic);
  // `castellan help keys create`: the page of a command has its subcommands.
  const words = Array.isArray(page.operands) ? page.operands : [];
  const stray = more.find((word) => !words.includes(word));
  if (stray !== undefined) throw new UsageError(`help takes one topic, not also ${shown(stray)}.`);
  stdout.write(helpText(page));
  return exitCodes.ok;
}

function pageOf(topic: string): HelpPage {
  const command = namesOf(commandPages).find((name) => name === topic);
  if (command !== undefined) return commandPages[command];
  const reason = namesOf(reasons).find((name) => name === topic);
  if (reason !== undefined) {
    const { sentence, status, exitCode } = reasons[reason];
    return {
      usage: [`${reason}: a run ended with status ${status}, exit code ${exitCode}`],
      about: [withFlagNames(sentence), cureOfReason[reason]],
      options: {},
      closing: `docs/reference/reasons.md#${reason}`,
    };
  }
  const code = namesOf(errorTable).find((name) => name === topic);
  if (code !== undefined) {
    return {
      usage: [`${code}: an error of Castellan, before or beside a run`],
      about: [withFlagNames(errorTable[code].sentence), cureOfError[code]],
      options: {},
      closing: `docs/reference/errors.md#error-${code}`,
    };
  }
  const topics = [...namesOf(commandPages), ...namesOf(reasons), ...namesOf(errorTable)];
  throw unknownWord('topic', topic, topics);
}
