import { readConfig } from './config/config.ts';
import { ringIn } from './secrets/open.ts';

/**
 * Says in a sentence which keys of stored secrets these variables have or name. Throws `invalid_option` with what is
 * wrong.
 */
export async function examineSecrets(
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { newest, size } = ringIn(readConfig({ env }).secrets);
  const others = size > 1 ? `, and ${size - 1} more that ${size === 2 ? 'opens' : 'open'}` : '';
  return `Sealed with the key ${newest}${others}.`;
}
