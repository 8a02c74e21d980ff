import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { CastellanError } from '@castellan/protocol';
import { closeSync, openSync, readFileSync, readdirSync } from 'node:fs';

const closeOnExec = 0o2_000_000;

/**
 * Descriptors of this process, from 3 on, that a child would inherit: those that the parent of this
 * process left open. Node marks its own as close-on-exec, but of the inherited ones only low numbers.
 */
export function inheritableDescriptors(): number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => descriptor > 2 && !closesOnExec(descriptor));
}

function closesOnExec(descriptor: number): boolean {
  try {
    const text = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1');
    const flags = /^flags:\s*([0-7]+)$/m.exec(text)?.[1] ?? '0';
    return (Number.parseInt(flags, 8) & closeOnExec) !== 0;
  } catch {
    // The descriptor that the folder was read with.
    return true;
  }
}

/**
 * Starts a program with `/dev/null` as descriptors 0 and 1, `pipes` pipes from 2 on, and no other
 * descriptor: each of `leaks` is replaced by `/dev/null`. A `detached` program gets no signals from a
 * terminal. Throws `box_failed` when it cannot be started.
 */
export function spawnSealed(
  program: string,
  rest: readonly string[],
  env: Readonly<Record<string, string>>,
  pipes: number,
  leaks: readonly number[],
  detached = false,
): ChildProcess {
  const stdio = ['ignore', 'ignore', ...Array<'pipe'>(pipes).fill('pipe')] as const;
  return spawnWith(program, rest, env, stdio, leaks, detached);
}

/** As `spawnSealed`, with `given` as the descriptors from 0 on. */
export function spawnWith(
  program: string,
  rest: readonly string[],
  env: Readonly<Record<string, string>>,
  given: readonly ('ignore' | 'pipe' | 'ipc')[],
  leaks: readonly number[],
  detached = false,
): ChildProcess {
  const stdio: Exclude<StdioOptions, string> = [...given];
  const blank = leaks.length === 0 ? undefined : openSync('/dev/null', 'r');
  try {
    for (const descriptor of leaks) {
      while (stdio.length < descriptor) stdio.push('ignore');
      if (descriptor >= given.length) stdio[descriptor] = blank;
    }
    const child = spawn(program, rest, { env: { ...env }, cwd: '/', stdio, detached });
    if (child.pid !== undefined) return child;
    child.on('error', () => {});
    // `stdio` is missing when there are no descriptors left.
    for (const stream of child.stdio ?? []) stream?.destroy();
  } finally {
    if (blank !== undefined) closeSync(blank);
  }
  throw new CastellanError(
    'box_failed',
    `${program} could not be started: it is missing, or too many descriptors or processes are in use.`,
  );
}
