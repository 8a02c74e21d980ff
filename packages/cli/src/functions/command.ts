import { namesOf } from '@castellan/protocol';
import { functionsHelp } from '../args/functions-help.ts';
import {
  definitionOptions,
  type FunctionVerb,
  functionVerbs,
  functionsOptions,
} from '../args/functions-table.ts';
import { helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { unknownWord, UsageError } from '../args/usage-error.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { refusePolicyFlags } from '../submit/request.ts';
import { pointAlias, remove, rollBack } from './change.ts';
import { deploy } from './deploy.ts';
import { invoke } from './invoke.ts';
import { get, list, logs } from './show.ts';
import type { Verb } from './verb.ts';

const verbs: Readonly<Record<FunctionVerb, Verb>> = {
  deploy,
  list,
  get,
  invoke,
  logs,
  rollback: rollBack,
  alias: pointAlias,
  delete: remove,
};

/** `castellan functions`: scripts that a service stores and runs by their names. Throws `UsageError`. */
export async function functionsCommand(
  args: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const table = { ...definitionOptions, ...functionsOptions };
  refusePolicyFlags(args, 'functions', table);
  const { values, positionals } = parseOptions(args, table);
  if (values.help === true) {
    terminal.stdout.write(helpText(functionsHelp));
    return exitCodes.ok;
  }
  const [word, ...operands] = positionals;
  const names = namesOf(functionVerbs);
  const verb = names.find((name) => name === word);
  if (word === undefined) throw new UsageError(`functions needs one of ${names.join(', ')}.`);
  if (verb === undefined) throw unknownWord('word after functions', word, names);
  refuseOthers(verb, Object.keys(values), operands);
  return verbs[verb]({ values, operands, terminal, interrupted });
}

/** Throws for options and operands that the verb has no use for. */
function refuseOthers(
  verb: FunctionVerb,
  given: readonly string[],
  operands: readonly string[],
): void {
  const wanted: readonly string[] = functionVerbs[verb].operands;
  const options: readonly string[] = ['tenant', ...functionVerbs[verb].options];
  const other = given.find((name) => !options.includes(name));
  if (other !== undefined) {
    const takers = namesOf(functionVerbs).filter((each) =>
      (functionVerbs[each].options as readonly string[]).includes(other),
    );
    throw new UsageError(`--${other} is for functions ${takers.join(', ')}, not for ${verb}.`);
  }
  if (operands.length === wanted.length) return;
  const form = ['castellan functions', verb, ...wanted].join(' ');
  throw new UsageError(
    `functions ${verb} takes ${wanted.length === 0 ? 'no argument' : wanted.join(' ')}, not ${JSON.stringify(operands.join(' '))}. Write: ${form}`,
  );
}
