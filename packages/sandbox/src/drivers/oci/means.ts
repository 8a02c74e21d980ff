import { diagnose } from '../diagnose.ts';
import type { Diagnosis } from '../driver.ts';
import { find } from '../find.ts';
import { findMounter } from '../memory.ts';
import type { Means } from './launch.ts';

/** Finds the first of the runtimes that is there, and what it is started with; `fix` gets one. */
export async function findMeans(
  runtimes: readonly string[],
  fix: string,
): Promise<Means | Diagnosis> {
  const missing = (name: string, how: string): Diagnosis => ({
    detail: `The program ${name} was not found.`,
    fix: how,
  });
  let runtime: string | undefined;
  for (const name of runtimes) runtime ??= await find(name);
  if (runtime === undefined) return missing(runtimes.join(' or '), fix);
  const [setpriv, prlimit] = await Promise.all(['setpriv', 'prlimit'].map(find));
  if (setpriv === undefined || prlimit === undefined) {
    return missing('setpriv or prlimit', 'apt-get install util-linux');
  }
  const mounter = await findMounter(prlimit);
  if (typeof mounter !== 'string') return { runtime, setpriv, mounter };
  const found = diagnose(mounter);
  return { detail: `A bundle can have no folder in memory. ${found.detail}`, fix: found.fix };
}
