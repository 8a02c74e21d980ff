import type { Run } from '@castellan/protocol';
import { whole } from '@castellan/protocol/kinds';
import type { FunctionRecord } from '@castellan/sdk';
import { readFlag } from '../args/usage-error.ts';
import { columns } from '../output/columns.ts';
import { jsonText } from '../output/conclude.ts';
import { escapeJson, escapeLine } from '../output/escape.ts';
import { eventLine } from '../output/events.ts';
import { paintFor } from '../output/terminal.ts';
import { withService } from '../remote/service.ts';
import { exitCodes } from '../run/exit-code.ts';
import { aliasText } from './change.ts';
import { given, type Told, type Verb, versionOf } from './verb.ts';

/** How many runs `logs` shows. */
const shownRuns = 10;

const limitOf = ({ values }: Told): number | undefined =>
  values.limit === undefined ? undefined : readFlag(whole(1, 200), values.limit, '--limit');

/** Lists functions, the newest first. Throws `UsageError`. */
export const list: Verb = async (told) => {
  const { values, terminal, interrupted } = told;
  const { stdout, stderr } = terminal;
  const query = given({ tenant: values.tenant, cursor: values.cursor, limit: limitOf(told) });
  return withService(process.env, terminal, async (castellan) => {
    const page = await castellan.functions.list(query, { signal: interrupted });
    if (values.json === true) {
      stdout.write(jsonText(page, stdout));
      return exitCodes.ok;
    }
    stdout.write(tableOf(page.items));
    if (page.items.length === 0 && stderr.isTTY === true) stderr.write('no functions\n');
    if (page.nextCursor !== null) {
      const next = escapeLine(page.nextCursor);
      stderr.write(`more with: castellan functions list --cursor ${next}\n`);
    }
    return exitCodes.ok;
  });
};

function tableOf(items: readonly FunctionRecord[]): string {
  const rows = items.map(({ name, tenant, updatedAt, aliases }) => [
    name,
    tenant,
    updatedAt,
    aliasText(aliases),
  ]);
  return columns([['FUNCTION', 'TENANT', 'UPDATED', 'RUNS'], ...rows]);
}

/** Prints a function with its versions, or one version with its source. Throws `UsageError`. */
export const get: Verb = async ({ values, operands: [name = ''], terminal, interrupted }) => {
  const version = values.version === undefined ? undefined : versionOf(values.version, '--version');
  return withService(process.env, terminal, async ({ functions }) => {
    const options = { signal: interrupted, ...given({ tenant: values.tenant }) };
    const found =
      version === undefined
        ? {
            ...(await functions.get(name, options)),
            versions: await functions.versions(name, options),
          }
        : await functions.version(name, version, options);
    terminal.stdout.write(`${escapeJson(JSON.stringify(found, null, 2))}\n`);
    return exitCodes.ok;
  });
};

/** Prints what the newest runs have logged, the oldest of them first. Throws `UsageError`. */
export const logs: Verb = async (told) => {
  const { values, operands, terminal, interrupted: signal } = told;
  const [name = ''] = operands;
  const { stdout } = terminal;
  const paint = paintFor(stdout, process.env);
  const limit = limitOf(told) ?? shownRuns;
  return withService(process.env, terminal, async ({ functions, runs }) => {
    // A name that is none is told, and not shown as a function without runs.
    const { tenant } = await functions.get(name, { signal, ...given({ tenant: values.tenant }) });
    const query = { label: `castellan/function=${name}`, tenant, limit };
    const { items } = await runs.list(query, { signal });
    for (const { id } of items.toReversed()) {
      const run = await runs.get(id, { signal });
      stdout.write(paint('dim', `${escapeLine(headOf(run))}\n`));
      for (const line of run.logs) {
        const text = eventLine({ type: 'log', ...line }, paint);
        if (text !== null) stdout.write(text);
      }
    }
    return exitCodes.ok;
  });
};

function headOf({ id, status, reason, labels, createdAt }: Run): string {
  const version = `version ${labels['castellan/version']}`;
  return [createdAt, id, version, status, ...(reason === null ? [] : [reason])].join('  ');
}
