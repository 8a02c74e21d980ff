import { engines } from '@castellan/protocol';
import { createSandbox, type RunHandle } from '@castellan/sandbox';
import { inFlags } from '../args/flag-names.ts';
import { runHelp } from '../args/help.ts';
import { helpText } from '../args/help-page.ts';
import { ArtifactFolder } from '../output/artifact-folder.ts';
import { conclude, jsonText, keep } from '../output/conclude.ts';
import { parseExactly } from '../output/exact-json.ts';
import { eventLine } from '../output/events.ts';
import { type Paint, paintFor, type Terminal } from '../output/terminal.ts';
import { readSource } from '../source/read.ts';
import { readStdin } from '../source/stdin.ts';
import { checkSource } from './check.ts';
import { exitCodeOf, exitCodes } from './exit-code.ts';
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
  if (request.isolation === 'none') {
    terminal.stderr.write(paint('red', engines[request.engine].hasNode ? noWallsAtAll : noWalls));
  }
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
  const handle = sandbox.run(source, { ...input, signal: interrupted });
  const areWritten = await follow(handle, request, terminal, paint, out);
  const ended = await handle;
  const run = { ...ended, value: parseExactly(handle.valueJson ?? 'null') };

  if (request.isJson) terminal.stdout.write(jsonText(run, terminal.stdout));
  else conclude(run, quotable, terminal, paint, out !== undefined);
  const exitCode = exitCodeOf(run);
  if (interrupted.aborted && exitCode !== exitCodes.ok) return exitCodes.cancelled;
  return exitCode === exitCodes.ok && !areWritten ? exitCodes.error : exitCode;
}

const noWalls =
  'castellan: WARNING: isolation is off. A script that gets out of the V8 isolate has all your rights: ' +
  'your files, your network, your programs. Never run code that you do not trust with --isolation none.\n';

const noWallsAtAll =
  'castellan: WARNING: isolation is off, and the script runs in Node itself. It HAS all your rights: ' +
  'your files, your network, your programs. Never run code that you do not trust with --isolation none.\n';

/** Prints events as they happen. Returns whether every artifact was written to `out`. */
async function follow(
  handle: RunHandle,
  { isJson }: RunArguments,
  { stderr }: Terminal,
  paint: Paint,
  out: ArtifactFolder | undefined,
): Promise<boolean> {
  let areWritten = true;
  for await (const event of handle) {
    const line = isJson ? null : eventLine(event, paint);
    if (line !== null) stderr.write(line);
    if (event.type !== 'artifact' || out === undefined) continue;
    const { name } = event.artifact;
    const bytes = handle.artifact(name) ?? new Uint8Array();
    const isWritten = await keep(out, name, bytes, { stderr, paint, isJson });
    areWritten &&= isWritten;
  }
  return areWritten;
}
