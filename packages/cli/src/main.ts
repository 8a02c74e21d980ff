import { CastellanError, namesOf } from '@castellan/protocol';
import { type CommandName, commandPages } from './args/commands.ts';
import { topHelp } from './args/help.ts';
import { helpText } from './args/help-page.ts';
import { parseOptions } from './args/parse.ts';
import { topOptions } from './args/table.ts';
import { unknownWord, UsageError } from './args/usage-error.ts';
import { backupCommand, restoreCommand } from './backup/command.ts';
import { completionCommand } from './completion/command.ts';
import { devCommand } from './dev/command.ts';
import { doctorCommand } from './doctor/command.ts';
import { functionsCommand } from './functions/command.ts';
import { helpCommand } from './help/command.ts';
import { version, versionCommand } from './help/version.ts';
import { imageCommand } from './image/command.ts';
import { listenForInterrupts } from './interrupt.ts';
import { keysCommand } from './keys/command.ts';
import { listCommand } from './list/command.ts';
import { migrateCommand } from './migrate/command.ts';
import { complaint } from './output/complaint.ts';
import { escapeText } from './output/escape.ts';
import type { Terminal } from './output/terminal.ts';
import { runCommand } from './run/command.ts';
import { remoteCommand } from './remote/command.ts';
import { exitCodeOfError, exitCodes } from './run/exit-code.ts';
import { runtimeCommand } from './runtime/command.ts';
import { secretsCommand } from './secrets/command.ts';
import { schedulesCommand } from './schedules/command.ts';
import { serveCommand } from './serve/command.ts';
import { submitCommand } from './submit/command.ts';
import { webhooksCommand } from './webhooks/command.ts';
import { workerCommand } from './worker/command.ts';

type Command = (
  args: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
) => Promise<number>;

const commands: Readonly<Record<CommandName, Command>> = {
  run: runCommand,
  dev: devCommand,
  runtime: runtimeCommand,
  image: imageCommand,
  serve: serveCommand,
  worker: workerCommand,
  keys: keysCommand,
  backup: backupCommand,
  restore: restoreCommand,
  migrate: migrateCommand,
  logs: remoteCommand('logs'),
  get: remoteCommand('get'),
  cancel: remoteCommand('cancel'),
  artifacts: remoteCommand('artifacts'),
  doctor: doctorCommand,
  submit: submitCommand,
  list: listCommand,
  functions: functionsCommand,
  secrets: secretsCommand,
  schedules: schedulesCommand,
  webhooks: webhooksCommand,
  completion: completionCommand,
  help: helpCommand,
  version: versionCommand,
};

/** Runs the program: reads the command line, sets the exit code. */
export async function main(): Promise<void> {
  const { stdin, stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedPipe);
  const interrupted = listenForInterrupts(stderr);
  try {
    process.exitCode = await dispatch(
      process.argv.slice(2),
      { stdin, stdout, stderr },
      interrupted,
    );
  } catch (error) {
    process.exitCode = interrupted.aborted ? exitCodes.cancelled : explain(error, stderr);
  }
}

async function dispatch(
  [first, ...rest]: readonly string[],
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  if (first === undefined) {
    terminal.stderr.write(helpText(topHelp));
    return exitCodes.usage;
  }
  if (!first.startsWith('-')) {
    const name = namesOf(commands).find((each) => each === first);
    if (name === undefined) throw unknownWord('command', first, namesOf(commandPages));
    return commands[name](rest, terminal, interrupted);
  }
  const { values } = parseOptions([first, ...rest], topOptions);
  terminal.stdout.write(values.version === true ? `${version()}\n` : helpText(topHelp));
  return exitCodes.ok;
}

/** Prints an error and returns its exit code. */
function explain(error: unknown, stderr: Terminal['stderr']): number {
  const say = (detail: string, fix: string | null = null): void =>
    void stderr.write(complaint(detail, fix, escapeText));
  if (error instanceof UsageError) {
    say(error.message);
    return exitCodes.usage;
  }
  if (error instanceof CastellanError) {
    say(error.detail, error.fix);
    const isMachine = error.code === 'isolation_unavailable' || error.code === 'box_failed';
    // Where the fix is known, the doctor would say the same.
    if (isMachine && error.fix === null) say('castellan doctor says what this machine lacks.');
    return exitCodeOfError(error);
  }
  say(
    `this is a fault of castellan itself: ${error instanceof Error ? error.stack : String(error)}`,
  );
  return exitCodes.error;
}

/** A closed pipe, as in `castellan run … | head -1`, is no error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
