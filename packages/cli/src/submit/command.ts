import { helpText } from '../args/help-page.ts';
import { submitHelp } from '../args/service-help.ts';
import { ArtifactFolder } from '../output/artifact-folder.ts';
import { paintFor, type Terminal } from '../output/terminal.ts';
import { withService } from '../remote/service.ts';
import { sayProblems } from '../run/check.ts';
import { exitCodes } from '../run/exit-code.ts';
import { readSource } from '../source/read.ts';
import { readStdin } from '../source/stdin.ts';
import { concludeAccepted } from './follow.ts';
import { parseSubmit, scriptOf } from './request.ts';

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
    return await concludeAccepted(
      { accepted, interrupted, out, origin },
      request,
      quotable,
      terminal,
    );
  });
}
