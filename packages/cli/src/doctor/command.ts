import { CastellanError } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import { type DoctorReport, type DoctorRow, examine } from '@castellan/sandbox/doctor';
import { doctorHelp } from '../args/help.ts';
import { helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { doctorOptions } from '../args/table.ts';
import { UsageError } from '../args/usage-error.ts';
import { escapeJson } from '../output/escape.ts';
import { paintFor, type Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { rowText, verdictText } from './text.ts';

/** `castellan doctor`: what this machine can enforce. */
export async function doctorCommand(
  args: readonly string[],
  { stdout }: Terminal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, doctorOptions);
  if (values.help === true) {
    stdout.write(helpText(doctorHelp));
    return exitCodes.ok;
  }
  if (positionals.length > 0) {
    throw new UsageError(`doctor takes no argument, not ${shown(positionals[0])}.`);
  }
  const store = values.store ?? process.env['CASTELLAN_STORE'] ?? '';
  const whole = async (onRow?: (row: DoctorRow) => void): Promise<DoctorReport> => {
    const report = await examine(onRow);
    const rows = [...report.rows];
    for (const find of [() => storeRow(store), () => artifactsRow(), () => secretsRow()]) {
      const row = await find();
      if (row === null) continue;
      onRow?.(row);
      rows.push(row);
    }
    return { ...report, ok: rows.every(({ state }) => state !== 'missing') && report.ok, rows };
  };
  if (values.json === true) {
    const report = await whole();
    stdout.write(`${escapeJson(JSON.stringify(report, null, 2))}\n`);
    return exitCodeOf(report);
  }
  const paint = paintFor(stdout, process.env);
  // Each row as soon as it is known: some take a second.
  const report = await whole((row) => void stdout.write(rowText(row, paint)));
  stdout.write(verdictText(report, paint));
  return exitCodeOf(report);
}

/** Whether the service could keep its runs in this database; looks, and changes nothing. */
async function storeRow(url: string): Promise<DoctorRow | null> {
  if (url === '') return null;
  const { examineDatabase } = await import('@castellan/server');
  return rowOf('store', () => examineDatabase(url));
}

/** Whether the service could keep its artifacts in the bucket that the environment names. */
async function artifactsRow(): Promise<DoctorRow | null> {
  if ((process.env['CASTELLAN_ARTIFACTS_BUCKET'] ?? '') === '') return null;
  const { examineArtifacts } = await import('@castellan/server');
  return rowOf('artifacts', () => examineArtifacts(process.env));
}

/** Whether the keys of stored secrets that the environment has or names can be used. */
async function secretsRow(): Promise<DoctorRow | null> {
  const names = ['CASTELLAN_SECRETS_KEYS', 'CASTELLAN_SECRETS_KEYS_FILE'];
  if (names.every((name) => (process.env[name] ?? '') === '')) return null;
  const { examineSecrets } = await import('@castellan/server');
  return rowOf('secrets', () => examineSecrets(process.env));
}

async function rowOf(name: string, look: () => Promise<string>): Promise<DoctorRow> {
  try {
    return { name, state: 'ok', detail: await look(), fix: null };
  } catch (error) {
    if (!(error instanceof CastellanError)) throw error;
    return { name, state: 'missing', detail: error.detail, fix: error.fix };
  }
}

function exitCodeOf({ ok }: DoctorReport): number {
  return ok ? exitCodes.ok : exitCodes.failed;
}
