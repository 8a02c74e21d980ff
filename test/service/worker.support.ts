import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { end, program } from './spawn.support.ts';

export interface WorkerOptions {
  readonly url: string;
  readonly key: string;
  readonly args?: readonly string[];
}

/** `castellan worker` in processes of its own, as an operator starts it. Disposing of it kills it. */
export interface WorkerProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly log: readonly string[];
  /** Sends a signal and waits for the end; resolves with the exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts a worker; resolves when it takes runs. Rejects with its output when it ends before that. */
export async function startWorker({ url, key, args = [] }: WorkerOptions): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [program, 'worker', '--url', url, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CASTELLAN_KEY: key },
  });
  const log: string[] = [];
  createInterface(child.stderr).on('line', (line) => log.push(line));
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'close').then(() => ['']),
  ])) as [string];
  if (!line.startsWith('Castellan works for')) throw new Error(`It ended: ${log.join('\n')}`);
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    await end(child, signal);
    return child.exitCode;
  };
  return { child, log, stop, [Symbol.asyncDispose]: async () => void (await stop('SIGKILL')) };
}

/** A key of a service, as its operator makes one. */
export function makeKey(
  { data, configFile }: { readonly data: string; readonly configFile: string },
  env: Readonly<Record<string, string>>,
  ...scopes: string[]
): string {
  const given = ['--data', data, '--config', configFile];
  const args = ['keys', 'create', ...given, ...scopes.flatMap((scope) => ['--scope', scope])];
  const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], options);
  assert.match(stdout, /^ck_/, stderr);
  return stdout.trim();
}
