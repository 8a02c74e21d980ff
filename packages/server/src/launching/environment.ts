import { credentialVariables } from '../runs/contract/credentials.ts';

/** Variables that lead to the store, to what it keeps and to what opens it: launchers need none of them. */
const notForLaunchers: ReadonlySet<string> = new Set([
  'CASTELLAN_STORE',
  'CASTELLAN_SECRETS_KEYS',
  'CASTELLAN_SECRETS_KEYS_FILE',
  ...Object.values(credentialVariables),
]);

/** What a launcher gets of this process's environment. */
export function launcherEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !notForLaunchers.has(name)),
  );
}
