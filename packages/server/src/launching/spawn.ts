import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { launcherEnvironment } from './environment.ts';

/** Starts the process of a launcher; descriptor 3 is the way to it. */
export function spawnLauncher(): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const main = fileURLToPath(
    new URL(`../launcher/main.${isSource ? 'ts' : 'js'}`, import.meta.url),
  );
  return spawn(process.execPath, ['--disable-sigusr1', main], {
    env: launcherEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
}

/** Resolves when it has ended, or could not be started, with the signal or the code. */
export async function endOf(child: ChildProcess): Promise<string> {
  const [code, signal] = (await Promise.race([
    once(child, 'exit'),
    once(child, 'error').then(() => [null, null]),
  ]).catch(() => [null, null])) as [number | null, string | null];
  return signal ?? `code ${code}`;
}
