import { dirname } from 'node:path';
import { createSandbox, type Source } from '@castellan/sandbox';
import { devHelp } from '../args/dev-help.ts';
import { devOptions } from '../args/dev-table.ts';
import { inFlags } from '../args/flag-names.ts';
import { helpText } from '../args/help-page.ts';
import { parseOptions } from '../args/parse.ts';
import { limitOptions } from '../args/table.ts';
import { UsageError } from '../args/usage-error.ts';
import { ArtifactFolder } from '../output/artifact-folder.ts';
import { complaint } from '../output/complaint.ts';
import { escapeLine } from '../output/escape.ts';
import type { ReportSource } from '../output/report.ts';
import { paintFor, type Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { runOnce, warnOfNoWalls } from '../run/once.ts';
import { boxOptions, parseRun, type RunArguments } from '../run/request.ts';
import { readSource } from '../source/read.ts';
import { foldersOf, watchFolders } from './watch.ts';

/** `castellan dev`: runs a script, and again at each change of its files. Throws `UsageError`. */
export async function devCommand(
  args: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, { ...devOptions, ...limitOptions });
  if (values.help === true) {
    terminal.stdout.write(helpText(devHelp));
    return exitCodes.ok;
  }
  if (positionals[0] === '-') throw new UsageError('dev needs a FILE, whose changes it sees.');
  const request = parseRun(args);
  if (request === 'help') return exitCodes.ok;
  try {
    return await develop(request, args, terminal, interrupted);
  } catch (error) {
    throw inFlags(error);
  }
}

/** What one round runs. */
interface Round {
  readonly request: RunArguments;
  readonly source: Source;
  readonly quotable: ReportSource;
}

async function develop(
  first: RunArguments,
  args: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const { network, file, out: folder } = first;
  const beside = paramsFolders(args);
  warnOfNoWalls(first, terminal);
  await using out = folder === undefined ? undefined : await ArtifactFolder.open(folder);
  await using sandbox = await createSandbox({
    ...boxOptions(first),
    warm: 1,
    ...(network === undefined ? {} : { network }),
  });
  using watched = watchFolders();
  const paint = paintFor(terminal.stderr, process.env);
  const say = (text: string): void => void terminal.stderr.write(paint('dim', `${text}\n`));
  let last: string | undefined;
  let stop = new AbortController();
  let running: Promise<unknown> = Promise.resolve();

  while (!interrupted.aborted) {
    const changed = watched.next(interrupted);
    const round = await read(args, terminal, interrupted).catch((error: unknown) => error as Error);
    // What has changed in a folder before it was watched is read now.
    const folders = foldersOf(file, round instanceof Error ? '' : round.source);
    if (watched.add(folders.union(beside))) continue;
    const content = round instanceof Error ? round.message : JSON.stringify(round);
    if (content !== last) {
      stop.abort();
      await running;
      if (last !== undefined) say(`${escapeLine(file)} has changed`);
      else if (round instanceof Error) throw round;
      last = content;
      stop = new AbortController();
      const signal = AbortSignal.any([stop.signal, interrupted]);
      if (round instanceof Error) refuse(round, terminal);
      else running = runOnce(sandbox, round, round.request, { terminal, signal, out });
    }
    // A fault of the sandbox ends the command, and does not wait for a change.
    await Promise.race([changed, running.then(() => changed)]);
  }
  stop.abort();
  await running;
  return exitCodes.ok;
}

/** Reads the script and the parameters, which may lie in a file too. */
async function read(
  args: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<Round> {
  const request = parseRun(args);
  if (request === 'help') throw new UsageError('dev needs a FILE.');
  const { source, quotable } = await readSource(request, terminal, interrupted);
  return { request, source, quotable };
}

/** Says what keeps the script from being run; a file that is being written may be gone for a moment. */
function refuse(error: Error, { stderr }: Terminal): void {
  if (!(error instanceof UsageError)) throw error;
  stderr.write(complaint(error.message));
}

/** The folder of a file with parameters. */
function paramsFolders(args: readonly string[]): ReadonlySet<string> {
  const { values } = parseOptions(args, { ...devOptions, ...limitOptions });
  const { params } = values;
  return new Set(params?.startsWith('@') === true ? [dirname(params.slice(1))] : []);
}
