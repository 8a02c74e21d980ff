import type { CallAnswer } from '@castellan/sdk';
import type { ArtifactFolder } from '../output/artifact-folder.ts';
import { conclude, jsonText, keep } from '../output/conclude.ts';
import { eventLine } from '../output/events.ts';
import type { ReportSource } from '../output/report.ts';
import { paintFor, type Terminal } from '../output/terminal.ts';
import { exitCodeOf, exitCodes } from '../run/exit-code.ts';

interface Wish {
  readonly isJson: boolean;
  readonly out: ArtifactFolder | undefined;
}

/** Tells of a call that has ended, with all that there is of it; returns the exit code. */
export async function concludeAnswered(
  answer: CallAnswer,
  { isJson, out }: Wish,
  quotable: ReportSource,
  terminal: Terminal,
): Promise<number> {
  const { stdout, stderr } = terminal;
  const paint = paintFor(stderr, process.env);
  if (!isJson) {
    for (const line of answer.logs) stderr.write(eventLine({ type: 'log', ...line }, paint) ?? '');
  }
  let areWritten = true;
  for (const { name, data = '' } of out === undefined ? [] : answer.artifacts) {
    const bytes = Buffer.from(data, 'base64');
    areWritten = (await keep(out!, name, bytes, { stderr, paint, isJson })) && areWritten;
  }
  const run = { ...answer, artifacts: answer.artifacts.map((each) => ({ ...each, url: '' })) };
  if (isJson) stdout.write(jsonText(answer, stdout));
  else conclude(run, quotable, terminal, paint, out !== undefined);
  if (!isJson && answer.recorded) stderr.write(paint('dim', `recorded as ${answer.id}\n`));
  const exitCode = exitCodeOf(run);
  return exitCode === exitCodes.ok && !areWritten ? exitCodes.error : exitCode;
}
