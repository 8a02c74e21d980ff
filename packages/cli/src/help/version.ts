import { readFileSync } from 'node:fs';
import { shown } from '@castellan/protocol/kinds';
import { versionHelp } from '../args/help.ts';
import { helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { UsageError } from '../args/usage-error.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';

/** The version of this program. */
export function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** `castellan version`. */
export async function versionCommand(
  args: readonly string[],
  { stdout }: Terminal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, versionHelp.options);
  const [more] = positionals;
  if (more !== undefined) throw new UsageError(`version takes no argument, not ${shown(more)}.`);
  stdout.write(values['help'] === true ? helpText(versionHelp) : `${version()}\n`);
  return exitCodes.ok;
}
