import { shown } from '@castellan/protocol/kinds';
import { examine } from '@castellan/sandbox/doctor';
import { doctorHelp } from '../args/help.ts';
import { parseOptions } from '../args/parse.ts';
import { doctorOptions } from '../args/table.ts';
import { UsageError } from '../args/usage-error.ts';
import { escapeJson } from '../output/escape.ts';
import { paintFor, type Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { doctorText } from './text.ts';

/** `castellan doctor`: what this machine can enforce. */
export async function doctorCommand(
  args: readonly string[],
  { stdout }: Terminal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, doctorOptions);
  if (values.help === true) {
    stdout.write(doctorHelp());
    return exitCodes.ok;
  }
  if (positionals.length > 0) {
    throw new UsageError(`doctor takes no argument, not ${shown(positionals[0])}.`);
  }
  const report = await examine();
  stdout.write(
    values.json === true
      ? `${escapeJson(JSON.stringify(report, null, 2))}\n`
      : doctorText(report, paintFor(stdout, process.env)),
  );
  return report.ok ? exitCodes.ok : exitCodes.failed;
}
