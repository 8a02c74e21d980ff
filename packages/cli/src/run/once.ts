import { engines } from '@castellan/protocol';
import type { RunHandle, Sandbox, Source } from '@castellan/sandbox';
import type { ArtifactFolder } from '../output/artifact-folder.ts';
import { conclude, jsonText, keep } from '../output/conclude.ts';
import { parseExactly } from '../output/exact-json.ts';
import { eventLine } from '../output/events.ts';
import type { ReportSource } from '../output/report.ts';
import { type Paint, paintFor, type Terminal } from '../output/terminal.ts';
import { exitCodeOf, exitCodes } from './exit-code.ts';
import type { RunArguments } from './request.ts';

interface Around {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly out: ArtifactFolder | undefined;
}

/** Runs a script, tells of it as it runs, and prints what came of it; returns the exit code. */
export async function runOnce(
  sandbox: Sandbox,
  { source, quotable }: { readonly source: Source; readonly quotable: ReportSource },
  request: Pick<RunArguments, 'input' | 'isJson'>,
  { terminal, signal, out }: Around,
): Promise<number> {
  const paint = paintFor(terminal.stderr, process.env);
  const handle = sandbox.run(source, { ...request.input, signal });
  const areWritten = await follow(handle, request, terminal, paint, out);
  const ended = await handle;
  const run = { ...ended, value: parseExactly(handle.valueJson ?? 'null') };

  if (request.isJson) terminal.stdout.write(jsonText(run, terminal.stdout));
  else conclude(run, quotable, terminal, paint, out !== undefined);
  const exitCode = exitCodeOf(run);
  if (signal.aborted && exitCode !== exitCodes.ok) return exitCodes.cancelled;
  return exitCode === exitCodes.ok && !areWritten ? exitCodes.error : exitCode;
}

/** Shouts where a script would run without a box. */
export function warnOfNoWalls(
  { isolation, engine }: Pick<RunArguments, 'isolation' | 'engine'>,
  { stderr }: Pick<Terminal, 'stderr'>,
): void {
  if (isolation !== 'none') return;
  stderr.write(
    paintFor(stderr, process.env)('red', engines[engine].hasNode ? noWallsAtAll : noWalls),
  );
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
  { isJson }: Pick<RunArguments, 'isJson'>,
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
