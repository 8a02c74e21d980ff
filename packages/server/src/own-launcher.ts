import { join } from 'node:path';
import type { Config } from './config/config.ts';
import type { Launcher } from './launching/launcher.ts';
import type { ConfigureMessage } from './launching/messages.ts';
import { driverWord, ownWord, policyWord } from './runs/contract/words.ts';

/** What the launcher has, of what runs may need; labels are for workers. */
export function wordsOf(offers: Launcher['offers']): string[] {
  const words = [...offers].flatMap(([name, { drivers }]) => [
    policyWord(name),
    ...drivers.map((driver) => driverWord(name, driver)),
  ]);
  return [...words, ownWord];
}

/** What a launcher is told. */
export function settingsOf(
  { policies, hasHelpers, file, boxUsers, boxStartMs, queue, functions }: Config,
  folder: string,
): ConfigureMessage {
  return {
    policies: [...policies.values()],
    configFile: hasHelpers ? file : null,
    artifactsFolder: join(folder, 'artifacts'),
    boxUsers,
    boxStartMs,
    concurrency: queue.concurrency + functions.concurrency,
    leaseMs: queue.leaseMs,
  };
}
