import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { childrenOf, commandOf } from './processes.support.ts';

/** The built `castellan`, as an operator runs it. */
export const program = fileURLToPath(
  new URL('../../packages/cli/dist/castellan.js', import.meta.url),
);

export interface Spawned {
  readonly child: ChildProcess;
  readonly url: string;
}

export interface SpawnOptions {
  readonly data: string;
  /** The config file. */
  readonly config: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Prefix of the command: `unshare …`. */
  readonly before?: readonly string[] | undefined;
  /** Called with each line of its log. */
  readonly onLine: (line: string) => void;
}

/** Starts `castellan serve`; resolves when it listens. Rejects with what it printed when it ends before that. */
export async function spawnService(options: SpawnOptions): Promise<Spawned> {
  const { data, config, port, env, before = [], onLine } = options;
  const args = ['serve', '--data', data, '--config', config, '--port', String(port)];
  const [command = '', ...rest] = [...before, process.execPath, program, ...args];
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const said: string[] = [];
  createInterface(child.stderr).on('line', (line) => {
    if (said.length < 100) said.push(line);
    onLine(line);
  });
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'close').then(() => ['']),
  ])) as [string];
  const url = /^Castellan listens on (\S+)$/.exec(line)?.[1];
  if (url === undefined) throw new Error(`castellan serve ended: ${said.slice(-20).join('\n')}`);
  child.stdout.resume();
  return { child, url };
}

/** Sends a signal and waits for the end. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

/** The process that makes boxes for a service; undefined while there is none. */
export function launcherOf(pid: number): number | undefined {
  return childrenOf(pid).find((child) => commandOf(child).includes('launcher/main'));
}
