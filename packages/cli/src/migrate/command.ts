import { shown } from '@castellan/protocol/kinds';
import { inFlags } from '../args/flag-names.ts';
import { helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { migrateHelp } from '../args/service-help.ts';
import { migrateOptions } from '../args/service-table.ts';
import { unknownWord, UsageError } from '../args/usage-error.ts';
import { escapeJson } from '../output/escape.ts';
import { progressOn } from '../output/progress.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { flagsOf } from '../serve/flags.ts';

const next = {
  'to-database': 'Now start castellan serve with the database: CASTELLAN_STORE or --store.\n',
  'to-files': 'Now start castellan serve without a database.\n',
} as const;
const directions = { 'to-database': 'database', 'to-files': 'files' } as const;

/** `castellan migrate`: moves what a service keeps from the data folder into a database, or back. */
export async function migrateCommand(
  args: readonly string[],
  { stdout, stderr }: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, migrateOptions);
  if (values.help === true) {
    stdout.write(helpText(migrateHelp));
    return exitCodes.ok;
  }
  const [direction, ...more] = positionals;
  if (direction !== 'to-database' && direction !== 'to-files') {
    const known = Object.keys(directions).map((name) => `migrate ${name}`);
    throw unknownWord('command', `migrate ${direction ?? ''}`.trim(), known);
  }
  if (more.length > 0) {
    throw new UsageError(`migrate ${direction} takes no argument, not ${shown(more[0])}.`);
  }
  const { dataFolder, loadConfig, moveStores } = await import('@castellan/server');
  const config = await loadConfig(values.config, flagsOf(values, migrateOptions));
  const { url } = config.store;
  if (url === null) {
    throw new UsageError(
      'migrate needs the database: --store URL, CASTELLAN_STORE, or store.url of the config.',
    );
  }
  const progress = progressOn(stderr, values.json === true);
  try {
    const moved = await moveStores({
      folder: dataFolder(config.data),
      url,
      to: directions[direction],
      signal: interrupted,
      onStage: (what) => progress.stage(what),
      onRows: (table, count) => progress.detail(`${table}: ${count} rows`),
    });
    progress.done();
    const { counts, rows, retired } = moved;
    const parts = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
    stdout.write(
      values.json === true
        ? `${escapeJson(JSON.stringify(moved, null, 2))}\n`
        : `Moved ${parts.join(' and ')}; ${rows} rows were read back and compared.\n` +
            `Artifacts stay in the data folder. What was moved is kept, for you to remove:\n` +
            retired.map((place) => `  ${place}\n`).join('') +
            next[direction],
    );
    return exitCodes.ok;
  } catch (error) {
    progress.done();
    if (interrupted.aborted) stderr.write('castellan: stopped; start it again, and it goes on.\n');
    throw config.file === null ? inFlags(error) : error;
  }
}
