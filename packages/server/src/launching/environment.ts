import { credentialVariables } from '../runs/contract/credentials.ts';

/** Variables that lead to the store and to what it keeps: launchers need neither. */
const notForLaunchers: ReadonlySet<string> = new Set([
  'CASTELLAN_STORE',
  ...Object.values(credentialVariables),
]);

/** What a launcher gets of this process's environment. */
export function launcherEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !notForLaunchers.has(name)),
  );
}
