/**
 * Outlives a launcher that is killed, and removes its containers, which the daemon would let run on. It
 * knows that by the end of its standard input. One byte before that says that there is nothing to do.
 *
 *     node keeper SOCKET LAUNCHER
 */
import { setTimeout as wait } from 'node:timers/promises';
import { DockerApi } from './api.ts';
import { sweepContainers } from './orphans.ts';

const [socket = '', launcher = ''] = process.argv.slice(2);

/** A daemon that was asked for a container may make it after the one who asked has died. */
const rounds = 5;
const pauseMs = 1_000;

process.stdin.once('data', () => process.exit(0));
process.stdin.once('end', () => void removeAll());
process.stdin.on('error', () => process.stdin.destroy());

async function removeAll(): Promise<void> {
  const api = new DockerApi(socket);
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await wait(pauseMs);
    await sweepContainers(api, (name) => name === launcher).catch(() => undefined);
  }
}
