import { isRecord } from '@castellan/protocol/kinds';
import type { Helpers } from '@castellan/sandbox';
import { readConfigFile } from './load.ts';

/** Loads the helpers in a config file, by policy. Only the launcher uses them. */
export async function readHelpers(file: string): Promise<ReadonlyMap<string, Helpers>> {
  const config = await readConfigFile(file);
  const found = new Map<string, Helpers>();
  if (!isRecord(config['policies'])) return found;
  for (const [name, policy] of Object.entries(config['policies'])) {
    if (isRecord(policy) && isRecord(policy['helpers']))
      found.set(name, policy['helpers'] as Helpers);
  }
  return found;
}
