import { isLimitReason, type Problem } from '@castellan/protocol';
import { createSandbox, type Source } from '@castellan/sandbox';
import { escapeJson, escapeLine } from '../output/escape.ts';
import type { Paint, Terminal } from '../output/terminal.ts';
import { exitCodes } from './exit-code.ts';
import { boxOptions, type RunArguments } from './request.ts';

/** `castellan run --check`: parses the script in a box, runs nothing of it, prints the problems. */
export async function checkSource(
  source: Source,
  request: RunArguments,
  { stdout, stderr }: Terminal,
  paint: Paint,
  interrupted: AbortSignal,
): Promise<number> {
  await using sandbox = await createSandbox(boxOptions(request));
  const { problems } = await sandbox.check(source, { signal: interrupted });
  return sayProblems(problems, request.isJson, { stdout, stderr }, paint);
}

/** Prints the problems of a check; returns its exit code. */
export function sayProblems(
  problems: readonly Problem[],
  isJson: boolean,
  { stdout, stderr }: Pick<Terminal, 'stdout' | 'stderr'>,
  paint: Paint,
): number {
  if (isJson) {
    const space = stdout.isTTY === true ? 2 : undefined;
    stdout.write(`${escapeJson(JSON.stringify({ problems }, null, space))}\n`);
  } else {
    for (const problem of problems) stdout.write(`${lineOf(problem)}\n`);
    if (problems.length === 0 && stderr.isTTY === true) {
      stderr.write(`${paint('green', 'no problems')}\n`);
    }
  }
  return exitCodeOfCheck(problems);
}

/** `file:line:column  message`, without the parts of the place that are unknown. */
export function lineOf({ file, line, column, code, message }: Problem): string {
  const place = [file, line, column].filter((part) => part !== null).join(':');
  return escapeLine(place === '' ? `${code}  ${message}` : `${place}  ${message}`);
}

/** Every problem is a failure, also an unknown global: it would throw when it is reached. */
function exitCodeOfCheck(problems: readonly Problem[]): number {
  if (problems.length === 0) return exitCodes.ok;
  const codes = problems.map(({ code }) => code);
  if (codes.includes('cancelled')) return exitCodes.cancelled;
  const isLimit = codes.some((code) => code !== 'unknown_global' && isLimitReason(code));
  return isLimit ? exitCodes.limit : exitCodes.failed;
}
