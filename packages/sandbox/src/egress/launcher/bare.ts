import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CastellanError } from '@castellan/protocol';
import { release, watchChild } from '../../walls/child.ts';
import { inheritableDescriptors, spawnSealed } from '../../walls/inherited.ts';
import type { Started } from '../../boxes/gateway/started.ts';

/** Starts a gateway without a box, for `isolation: 'none'`. Throws `box_failed`. */
export function startBare(): Started {
  // Standard error and the channel; the environment is empty.
  const child = spawnSealed(process.execPath, gatewayArguments(), {}, 2, inheritableDescriptors());
  const watched = watchChild(child);
  return {
    watched,
    prove: async () => child.pid ?? 0,
    kill: () => void child.kill('SIGKILL'),
    release: () => release(watched),
    verdict: () => undefined,
    failure: (lastWords) =>
      new CastellanError('box_failed', `The egress gateway could not be started: ${lastWords}.`),
  };
}

/**
 * Node's permission model as defence in depth: the gateway may write no file, start no process and load
 * no native code. It may read only code: its own, and packages where Node looks for them.
 */
function gatewayArguments(): string[] {
  const isSource = import.meta.url.endsWith('.ts');
  const main = fileURLToPath(new URL(`../gateway/main.${isSource ? 'ts' : 'js'}`, import.meta.url));
  const protocol = fileURLToPath(import.meta.resolve('@castellan/protocol'));
  const readable = [main, protocol].flatMap((file) => [
    `${dirname(file)}/`,
    ...foldersAbove(file).flatMap((folder) => [
      join(folder, 'package.json'),
      `${join(folder, 'node_modules')}/`,
    ]),
  ]);
  return [
    '--disable-sigusr1',
    '--permission',
    ...[...new Set([dirname(dirname(main)) + '/', ...readable])].map(
      (path) => `--allow-fs-read=${path}`,
    ),
    main,
  ];
}

function foldersAbove(file: string): string[] {
  const folder = dirname(file);
  return folder === file ? [] : [folder, ...foldersAbove(folder)];
}
