import { randomUUID } from 'node:crypto';
import type { Problem, Run, RunEvent } from '@castellan/protocol';
import { helpText } from '../args/help-page.ts';
import { submitHelp } from '../args/service-help.ts';
import { ArtifactFolder } from '../output/artifact-folder.ts';
import { conclude, jsonText, keep } from '../output/conclude.ts';
import { eventLine } from '../output/events.ts';
import { type Paint, paintFor, type Terminal } from '../output/terminal.ts';
import { answering } from '../remote/answering.ts';
import { Remote, RemoteError } from '../remote/client.ts';
import { sayProblems } from '../run/check.ts';
import { exitCodeOf, exitCodes } from '../run/exit-code.ts';
import { readSource } from '../source/read.ts';
import { readStdin } from '../source/stdin.ts';
import { parseSubmit, sourceFields, type SubmitArguments } from './request.ts';

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
  const script = { ...sourceFields(source), ...request.asked };
  // An interrupt cancels the run; what the service says about that is still read.
  const remote = new Remote(process.env, new AbortController().signal);

  return answering(terminal, async () => {
    if (request.isCheck) {
      const sending = { method: 'POST', body: script } as const;
      const { problems } = await remote.read<{ problems: Problem[] }>('/v1/check', sending);
      return sayProblems(problems, request.isJson, terminal, paint);
    }
    await using out =
      request.out === undefined || request.isDetached
        ? undefined
        : await ArtifactFolder.open(request.out);
    const stdin = hasStdin ? await readStdin(terminal, 'input', limits, interrupted) : undefined;
    const body = { ...script, ...request.askedOfRun, ...(stdin === undefined ? {} : { stdin }) };
    const accepted = await remote.read<Run>('/v1/runs', {
      method: 'POST',
      headers: { 'idempotency-key': randomUUID() },
      body,
    });
    if (request.isDetached) {
      const { id } = accepted;
      terminal.stdout.write(request.isJson ? jsonText(accepted, terminal.stdout) : `${id}\n`);
      return exitCodes.ok;
    }
    const following = { remote, id: accepted.id, interrupted };
    const { run, areWritten } = await follow(following, request, terminal, paint, out);
    if (request.isJson) terminal.stdout.write(jsonText(run, terminal.stdout));
    else conclude(run, quotable, terminal, paint, out !== undefined);
    const exitCode = exitCodeOf(run);
    return exitCode === exitCodes.ok && !areWritten ? exitCodes.error : exitCode;
  });
}

interface Following {
  readonly remote: Remote;
  readonly id: string;
  readonly interrupted: AbortSignal;
}

/** Prints events as they happen, and cancels the run at an interrupt. Returns the run at its end. */
async function follow(
  { remote, id, interrupted }: Following,
  { isJson }: SubmitArguments,
  { stderr }: Terminal,
  paint: Paint,
  out: ArtifactFolder | undefined,
): Promise<{ readonly run: Run; readonly areWritten: boolean }> {
  if (!isJson) stderr.write(paint('dim', `${id} on ${remote.origin}\n`));
  const cancel = (): void => void cancelRun(remote, id);
  if (interrupted.aborted) cancel();
  interrupted.addEventListener('abort', cancel, { once: true });
  let areWritten = true;
  try {
    for await (const { event, data } of remote.events(id)) {
      if (event === 'run.finished') return { run: data as Run, areWritten };
      if (event === 'run.queued') continue;
      const happened = data as RunEvent;
      const line = isJson ? null : eventLine(happened, paint);
      if (line !== null) stderr.write(line);
      if (happened.type !== 'artifact' || out === undefined) continue;
      const { name } = happened.artifact;
      const bytes = await remote.readBytes(`/v1/runs/${id}/artifacts/${encodeURIComponent(name)}`);
      const isWritten = await keep(out, name, bytes, { stderr, paint, isJson });
      areWritten &&= isWritten;
    }
  } finally {
    interrupted.removeEventListener('abort', cancel);
  }
  throw new RemoteError(`${remote.origin} ended the events of ${id} before the run had ended.`);
}

/** A run that had ended before the interrupt came has nothing to cancel. */
async function cancelRun(remote: Remote, id: string): Promise<void> {
  await remote.ask(`/v1/runs/${id}`, { method: 'DELETE' }).catch(() => undefined);
}
