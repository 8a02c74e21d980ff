import { namesOf, type RunStatus, runStatuses } from '@castellan/protocol';
import { oneOf, shown, whole } from '@castellan/protocol/kinds';
import { helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { listHelp } from '../args/service-help.ts';
import { listOptions } from '../args/service-table.ts';
import { readFlag, UsageError } from '../args/usage-error.ts';
import { jsonText } from '../output/conclude.ts';
import { escapeLine } from '../output/escape.ts';
import { paintFor, type Terminal } from '../output/terminal.ts';
import { withService } from '../remote/service.ts';
import { exitCodes } from '../run/exit-code.ts';
import { listText } from './text.ts';

/** `castellan list`: the runs of a service, the newest first. Throws `UsageError`. */
export async function listCommand(
  args: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, listOptions);
  const { stdout, stderr } = terminal;
  if (values.help === true) {
    stdout.write(helpText(listHelp));
    return exitCodes.ok;
  }
  if (positionals.length > 0) {
    throw new UsageError(`list takes no argument, not ${shown(positionals[0])}.`);
  }
  const { status, label, tenant, limit, cursor, json = false } = values;
  if (status !== undefined) readFlag(oneOf(namesOf(runStatuses)), status, '--status');
  if (limit !== undefined) readFlag(whole(1, 200), limit, '--limit');
  const query = { label, tenant, cursor, status: status as RunStatus | undefined };
  return withService(process.env, terminal, async (castellan) => {
    const page = await castellan.runs.list(
      { ...query, limit: limit === undefined ? undefined : Number(limit) },
      { signal: interrupted },
    );
    if (json) {
      stdout.write(jsonText(page, stdout));
      return exitCodes.ok;
    }
    const { items, nextCursor } = page;
    stdout.write(listText(items, Date.now(), paintFor(stdout, process.env)));
    if (items.length === 0 && stderr.isTTY === true) stderr.write('no runs\n');
    if (nextCursor !== null) {
      stderr.write(`more with: castellan list --cursor ${escapeLine(nextCursor)}\n`);
    }
    return exitCodes.ok;
  });
}
