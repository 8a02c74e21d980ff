import { createSandbox } from '@castellan/sandbox';
import { inFlags } from '../args/flag-names.ts';
import { runHelp } from '../args/help.ts';
import { helpText } from '../args/help-page.ts';
import { ArtifactFolder } from '../output/artifact-folder.ts';
import { paintFor, type Terminal } from '../output/terminal.ts';
import { readSource } from '../source/read.ts';
import { readStdin } from '../source/stdin.ts';
import { checkSource } from './check.ts';
import { exitCodes } from './exit-code.ts';
import { runOnce, warnOfNoWalls } from './once.ts';
import { boxOptions, parseRun, type RunArguments } from './request.ts';

/** `castellan run`: one script, one box, one exit code. Throws `UsageError` and `CastellanError`. */
export async function runCommand(
  args: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const request = parseRun(args);
  if (request === 'help') {
    terminal.stdout.write(helpText(runHelp));
    return exitCodes.ok;
  }
  try {
    return await runScript(request, terminal, interrupted);
  } catch (error) {
    throw inFlags(error);
  }
}

async function runScript(
  request: RunArguments,
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const paint = paintFor(terminal.stderr, process.env);
  const { source, quotable } = await readSource(request, terminal, interrupted);
  warnOfNoWalls(request, terminal);
  if (request.isCheck) return checkSource(source, request, terminal, paint, interrupted);
  await using out = request.out === undefined ? undefined : await ArtifactFolder.open(request.out);

  const { network, limits } = request;
  const input = request.hasStdin
    ? { ...request.input, stdin: await readStdin(terminal, 'input', limits, interrupted) }
    : request.input;
  await using sandbox = await createSandbox({
    ...boxOptions(request),
    ...(network === undefined ? {} : { network }),
  });
  const asked = { ...request, input };
  return await runOnce(sandbox, { source, quotable }, asked, {
    terminal,
    signal: interrupted,
    out,
  });
}
