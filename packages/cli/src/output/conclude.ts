import type { Run } from '@castellan/protocol';
import { readableSize } from '../args/units.ts';
import { ArtifactError, type ArtifactFolder } from './artifact-folder.ts';
import { complaint } from './complaint.ts';
import { escapeJson, escapeLine } from './escape.ts';
import { failureReport, refusedLines, type ReportSource, successLine } from './report.ts';
import type { Paint, Screen, Terminal } from './terminal.ts';

interface Voice {
  readonly stderr: Screen;
  readonly paint: Paint;
  /** Says nothing but complaints. */
  readonly isJson: boolean;
}

/** Writes an artifact to the folder and says so. Returns false after a complaint. */
export async function keep(
  out: ArtifactFolder,
  name: string,
  bytes: Uint8Array,
  { stderr, paint, isJson }: Voice,
): Promise<boolean> {
  try {
    const path = await out.write(name, bytes);
    const line = `wrote ${escapeLine(path)}, ${readableSize(bytes.length)}\n`;
    if (!isJson) stderr.write(paint('dim', line));
    return true;
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    stderr.write(complaint(error.message));
    return false;
  }
}

/** Prints the value on standard output, everything else on standard error. */
export function conclude(
  run: Run,
  quotable: ReportSource,
  terminal: Terminal,
  paint: Paint,
  isKept: boolean,
): void {
  const { stderr, stdout } = terminal;
  if (!isKept && run.artifacts.length > 0) {
    const names = run.artifacts.map(({ name, sizeBytes }) => `${name}, ${readableSize(sizeBytes)}`);
    stderr.write(
      paint('dim', `not kept: ${escapeLine(names.join('; '))}. Keep artifacts with --out DIR.\n`),
    );
  }
  if (run.status === 'succeeded') stdout.write(jsonText(run.value, stdout));
  else stderr.write(failureReport(run, quotable, paint));
  if (run.status === 'succeeded') stderr.write(refusedLines(run, paint));
  if (run.status === 'succeeded' && stderr.isTTY === true) stderr.write(successLine(run, paint));
}

/** JSON that is safe to print: indented on a terminal, else on one line. */
export function jsonText(value: unknown, screen: Screen): string {
  return `${escapeJson(JSON.stringify(value, null, screen.isTTY === true ? 2 : undefined))}\n`;
}
