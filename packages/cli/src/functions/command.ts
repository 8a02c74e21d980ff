import { functionsHelp } from '../args/functions-help.ts';
import {
  definitionOptions,
  type FunctionVerb,
  functionVerbs,
  functionsOptions,
} from '../args/functions-table.ts';
import { helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { readVerb } from '../args/verbs.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { refusePolicyFlags } from '../submit/request.ts';
import { pointAlias, remove, rollBack } from './change.ts';
import { deploy } from './deploy.ts';
import { diff } from './diff.ts';
import { invoke } from './invoke.ts';
import { get, list, logs } from './show.ts';
import type { Verb } from './verb.ts';

const verbs: Readonly<Record<FunctionVerb, Verb>> = {
  deploy,
  list,
  get,
  diff,
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
  const { verb, operands } = readVerb('functions', functionVerbs, { values, positionals });
  return verbs[verb]({ values, operands, terminal, interrupted });
}
