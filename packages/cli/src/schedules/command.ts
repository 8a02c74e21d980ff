import { helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { schedulesHelp } from '../args/schedules-help.ts';
import { type ScheduleVerb, scheduleVerbs, schedulesOptions } from '../args/schedules-table.ts';
import { readVerb } from '../args/verbs.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { pause, put, remove, resume } from './change.ts';
import { run } from './run.ts';
import { get, history, list } from './show.ts';
import type { Verb } from './verb.ts';

const verbs: Readonly<Record<ScheduleVerb, Verb>> = {
  put,
  list,
  get,
  pause,
  resume,
  run,
  history,
  delete: remove,
};

/** `castellan schedules`: functions that a service calls by the clock. Throws `UsageError`. */
export async function schedulesCommand(
  args: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, schedulesOptions);
  if (values.help === true) {
    terminal.stdout.write(helpText(schedulesHelp));
    return exitCodes.ok;
  }
  const { verb, operands } = readVerb('schedules', scheduleVerbs, { values, positionals });
  return verbs[verb]({ values, operands, terminal, interrupted });
}
