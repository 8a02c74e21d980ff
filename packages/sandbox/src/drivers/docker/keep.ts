import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { launcherName } from '../launcher-name.ts';

/** Sees to it that containers end with their launcher, while there are any. */
export class Keeper {
  readonly #socket: string;
  #held = 0;
  #process: ChildProcess | undefined;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** To be called before a container is made. */
  hold(): void {
    this.#held++;
    this.#process ??= start(this.#socket);
  }

  /** To be called when it is gone. Resolves when nothing that was held for it is left. */
  async release(): Promise<void> {
    if (--this.#held > 0) return;
    const ended = this.#process;
    this.#process = undefined;
    if (ended === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
    const gone = once(ended, 'close');
    ended.ref();
    ended.stdin?.end('.');
    await gone;
  }
}

/** In a session of its own: what kills a group of processes, such as a terminal, does not kill it. */
function start(socket: string): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const program = fileURLToPath(new URL(`keeper.${isSource ? 'ts' : 'js'}`, import.meta.url));
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, socket, launcherName()],
    { env: {}, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'], detached: true },
  );
  // Without it containers end at the next start of a launcher.
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  child.unref();
  return child;
}
