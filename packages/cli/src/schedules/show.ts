import { whole } from '@castellan/protocol/kinds';
import { readFlag } from '../args/usage-error.ts';
import { given } from '../functions/verb.ts';
import { tableText } from '../output/table.ts';
import { jsonText } from '../output/conclude.ts';
import { escapeJson, escapeLine } from '../output/escape.ts';
import { withService } from '../remote/service.ts';
import { exitCodes } from '../run/exit-code.ts';
import type { Told, Verb } from './verb.ts';

const limitOf = ({ values }: Told): number | undefined =>
  values.limit === undefined ? undefined : readFlag(whole(1, 200), values.limit, '--limit');

/** Lists schedules, the newest first. Throws `UsageError`. */
export const list: Verb = async (told) => {
  const { values, terminal, interrupted } = told;
  const { stdout, stderr } = terminal;
  const query = given({ tenant: values.tenant, cursor: values.cursor, limit: limitOf(told) });
  return withService(process.env, terminal, async ({ schedules }) => {
    const page = await schedules.list(query, { signal: interrupted });
    if (values.json === true) {
      stdout.write(jsonText(page, stdout));
      return exitCodes.ok;
    }
    const rows = page.items.map(({ name, tenant, cron, timezone, function: called, nextAt }) => [
      name,
      tenant,
      called,
      cron,
      timezone,
      nextAt ?? 'paused',
    ]);
    stdout.write(tableText(['SCHEDULE', 'TENANT', 'CALLS', 'CRON', 'ZONE', 'NEXT'], rows));
    if (page.items.length === 0 && stderr.isTTY === true) stderr.write('no schedules\n');
    if (page.nextCursor !== null) {
      const next = escapeLine(page.nextCursor);
      stderr.write(`more with: castellan schedules list --cursor ${next}\n`);
    }
    return exitCodes.ok;
  });
};

/** Prints a schedule with its next instants. */
export const get: Verb = async ({ values, operands: [name = ''], terminal, interrupted: signal }) =>
  withService(process.env, terminal, async ({ schedules }) => {
    const found = await schedules.get(name, { signal, ...given({ tenant: values.tenant }) });
    terminal.stdout.write(`${escapeJson(JSON.stringify(found, null, 2))}\n`);
    return exitCodes.ok;
  });

/** Shows what became of the ticks of a schedule. Throws `UsageError`. */
export const history: Verb = async (told) => {
  const { values, operands, terminal, interrupted: signal } = told;
  const [name = ''] = operands;
  const { stdout } = terminal;
  const options = { signal, ...given({ tenant: values.tenant, limit: limitOf(told) }) };
  return withService(process.env, terminal, async ({ schedules }) => {
    const ticks = await schedules.history(name, options);
    if (values.json === true) stdout.write(jsonText({ items: ticks }, stdout));
    else {
      const rows = ticks.map(({ at, state, runId, detail }) => [at, state, runId ?? detail ?? '']);
      stdout.write(tableText(['AT', 'STATE', 'RUN OR WHY NONE'], rows));
    }
    return exitCodes.ok;
  });
};
