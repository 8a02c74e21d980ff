import { shown } from '@castellan/protocol/kinds';
import { parseOptions } from '../args/parse.ts';
import { backupHelp, restoreHelp } from '../args/service-help.ts';
import { helpText } from '../args/help-page.ts';
import { backupOptions } from '../args/service-table.ts';
import { UsageError } from '../args/usage-error.ts';
import { escapeJson } from '../output/escape.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { flagsOf } from '../serve/flags.ts';

/** `castellan backup`: copies the data folder, whether or not the service runs. */
export async function backupCommand(
  args: readonly string[],
  { stdout }: Terminal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, backupOptions);
  if (values.help === true) {
    stdout.write(helpText(backupHelp));
    return exitCodes.ok;
  }
  const folder = folderOf('backup', positionals);
  const { backUp, loadConfig } = await import('@castellan/server');
  const config = await loadConfig(values.config, flagsOf(values, backupOptions));
  const made = await backUp(config, folder);
  if (values.json === true) stdout.write(`${escapeJson(JSON.stringify(made, null, 2))}\n`);
  else {
    const artifacts =
      made.artifacts === null ? 'artifacts are in a bucket' : `${made.artifacts} artifacts`;
    stdout.write(`${folder}: ${made.runs} runs, ${made.keys} keys, ${artifacts}\n`);
  }
  return exitCodes.ok;
}

/** `castellan restore`: makes a data folder of a copy. */
export async function restoreCommand(
  args: readonly string[],
  { stdout }: Terminal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, backupOptions);
  if (values.help === true) {
    stdout.write(helpText(restoreHelp));
    return exitCodes.ok;
  }
  const folder = folderOf('restore', positionals);
  const { loadConfig, restore } = await import('@castellan/server');
  const { data } = await loadConfig(values.config, flagsOf(values, backupOptions));
  const made = await restore(folder, data);
  stdout.write(
    values.json === true
      ? `${escapeJson(JSON.stringify(made, null, 2))}\n`
      : `${data}: as it was on ${made.createdAt}, ${made.runs} runs, ${made.keys} keys\n`,
  );
  return exitCodes.ok;
}

function folderOf(command: string, [folder, ...more]: readonly string[]): string {
  if (folder === undefined) throw new UsageError(`${command} lacks the folder of the copy.`);
  if (more.length > 0) throw new UsageError(`${command} has no use for ${shown(more[0])}.`);
  return folder;
}
