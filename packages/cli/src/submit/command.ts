import type { Run } from '@castellan/protocol';
import { CastellanError, type SubmittedRun } from '@castellan/sdk';
import { helpText } from '../args/help-page.ts';
import { submitHelp } from '../args/service-help.ts';
import { ArtifactFolder } from '../output/artifact-folder.ts';
import { conclude, jsonText, keep } from '../output/conclude.ts';
import { eventLine } from '../output/events.ts';
import { type Paint, paintFor, type Terminal } from '../output/terminal.ts';
import { withService } from '../remote/service.ts';
import { sayProblems } from '../run/check.ts';
import { exitCodeOf, exitCodes } from '../run/exit-code.ts';
import { readSource } from '../source/read.ts';
import { readStdin } from '../source/stdin.ts';
import { parseSubmit, scriptOf, type SubmitArguments } from './request.ts';

/** `castellan submit`: one script on a service, followed to its end. Throws `UsageError`. */
export async function submitCommand(
  args: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const request = parseSubmit(args);
  if (request === 'help') {
    terminal.stdout.write(helpText(submitHelp));
    return exitCodes.ok;
  }
  const { limits, hasStdin } = request;
  const paint = paintFor(terminal.stderr, process.env);
  const { source, quotable } = await readSource(request, terminal, interrupted);
  const script = { ...scriptOf(source), ...request.asked };

  return withService(process.env, terminal, async (castellan, origin) => {
    if (request.isCheck) {
      return sayProblems(await castellan.check(script), request.isJson, terminal, paint);
    }
    await using out =
      request.out === undefined || request.isDetached
        ? undefined
        : await ArtifactFolder.open(request.out);
    const stdin = hasStdin ? await readStdin(terminal, 'input', limits, interrupted) : undefined;
    const body = { ...script, ...request.askedOfRun, ...(stdin === undefined ? {} : { stdin }) };
    const accepted = await castellan.runs.create(body);
    if (request.isDetached) {
      const { id } = accepted;
      terminal.stdout.write(request.isJson ? jsonText(accepted, terminal.stdout) : `${id}\n`);
      return exitCodes.ok;
    }
    if (!request.isJson) terminal.stderr.write(paint('dim', `${accepted.id} on ${origin}\n`));
    const following = { accepted, interrupted, out };
    const { run, areWritten } = await follow(following, request, terminal, paint);
    if (request.isJson) terminal.stdout.write(jsonText(run, terminal.stdout));
    else conclude(run, quotable, terminal, paint, out !== undefined);
    const exitCode = exitCodeOf(run);
    return exitCode === exitCodes.ok && !areWritten ? exitCodes.error : exitCode;
  });
}

interface Following {
  readonly accepted: SubmittedRun;
  readonly interrupted: AbortSignal;
  readonly out: ArtifactFolder | undefined;
}

/**
 * Prints events as they happen, and cancels the run at an interrupt: what the service says after that is
 * still read. Returns the run at its end.
 */
async function follow(
  { accepted, interrupted, out }: Following,
  { isJson }: SubmitArguments,
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
