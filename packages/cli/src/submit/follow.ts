import type { Run } from '@castellan/protocol';
import { CastellanError, type SubmittedRun } from '@castellan/sdk';
import type { ArtifactFolder } from '../output/artifact-folder.ts';
import { conclude, jsonText, keep } from '../output/conclude.ts';
import { eventLine } from '../output/events.ts';
import type { ReportSource } from '../output/report.ts';
import { type Paint, paintFor, type Terminal } from '../output/terminal.ts';
import { exitCodeOf, exitCodes } from '../run/exit-code.ts';
import type { SubmitArguments } from './request.ts';

/** A run that a service has accepted. */
interface Following {
  readonly accepted: SubmittedRun;
  readonly interrupted: AbortSignal;
  readonly out: ArtifactFolder | undefined;
  /** Of the service. */
  readonly origin: string;
}

type Wish = Pick<SubmitArguments, 'isJson' | 'isDetached'>;

/** Follows the run to its end and tells of it, or leaves it to itself; returns the exit code. */
export async function concludeAccepted(
  following: Following,
  wish: Wish,
  quotable: ReportSource,
  terminal: Terminal,
): Promise<number> {
  const { accepted, origin, out } = following;
  const { stdout, stderr } = terminal;
  const paint = paintFor(stderr, process.env);
  if (wish.isDetached) {
    stdout.write(wish.isJson ? jsonText(accepted, stdout) : `${accepted.id}\n`);
    return exitCodes.ok;
  }
  if (!wish.isJson) stderr.write(paint('dim', `${accepted.id} on ${origin}\n`));
  const { run, areWritten } = await follow(following, wish, terminal, paint);
  if (wish.isJson) stdout.write(jsonText(run, stdout));
  else conclude(run, quotable, terminal, paint, out !== undefined);
  const exitCode = exitCodeOf(run);
  return exitCode === exitCodes.ok && !areWritten ? exitCodes.error : exitCode;
}

/**
 * Prints events as they happen, and cancels the run at an interrupt: what the service says after that is
 * still read. Returns the run at its end.
 */
async function follow(
  { accepted, interrupted, out }: Following,
  { isJson }: Wish,
  { stderr }: Terminal,
  paint: Paint,
): Promise<{ readonly run: Run; readonly areWritten: boolean }> {
  // A run that had ended before the interrupt came has nothing to cancel.
  const cancel = (): void => void accepted.cancel().catch(() => undefined);
  if (interrupted.aborted) cancel();
  interrupted.addEventListener('abort', cancel, { once: true });
  let areWritten = true;
  try {
    for await (const event of accepted.events()) {
      if (event.type === 'run.finished') return { run: event.run, areWritten };
      const line = isJson ? null : eventLine(event, paint);
      if (line !== null) stderr.write(line);
      if (event.type !== 'artifact' || out === undefined) continue;
      const { name } = event.artifact;
      const isWritten = await keep(out, name, await accepted.artifact(name), {
        stderr,
        paint,
        isJson,
      });
      areWritten &&= isWritten;
    }
  } finally {
    interrupted.removeEventListener('abort', cancel);
  }
  const text = `The events of ${accepted.id} ended before the run had ended.`;
  throw new CastellanError(0, 'broken_answer', text);
}
