import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { missingTool } from '../diagnose.ts';
import type { Diagnosis } from '../driver.ts';
import { find } from '../find.ts';

/** Programs of the machine that build a box, as absolute paths. */
export interface HostTools {
  readonly bwrap: string;
  readonly prlimit: string;
}

/** The first version with `--disable-userns`. */
const oldest = [0, 8, 0] as const;

/** Locates the programs. Refuses a bubblewrap that is too old, setuid or setgid. */
export async function findTools(names: HostTools): Promise<HostTools | Diagnosis> {
  const bwrap = await find(names.bwrap);
  if (bwrap === undefined) return missingTool(names.bwrap);
  const prlimit = await find(names.prlimit);
  if (prlimit === undefined) return missingTool(names.prlimit);

  const { mode } = await stat(bwrap);
  if ((mode & 0o6000) !== 0) {
    return {
      detail: `${bwrap} is setuid or setgid: a hole in it would be a hole in this machine.`,
      fix: `chmod u-s,g-s ${bwrap}`,
    };
  }
  const { stdout } = await promisify(execFile)(bwrap, ['--version'], { env: {} });
  if (!isRecent(stdout)) {
    return {
      detail: `${bwrap} is ${stdout.trim()}; ${oldest.join('.')} or newer is needed.`,
      fix: 'Install bubblewrap from a current release of your distribution.',
    };
  }
  return { bwrap, prlimit };
}

export function isRecent(version: string): boolean {
  const found = /(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  if (found === undefined) return false;
  for (const [index, part] of oldest.entries()) {
    const given = found[index] ?? 0;
    if (given !== part) return given > part;
  }
  return true;
}

/** The command of a box of the least kind, around a program that ends at once. */
export const leastBox = ({ bwrap, prlimit }: HostTools): string[] => [
  bwrap,
  '--unshare-user',
  '--ro-bind',
  '/',
  '/',
  '--',
  prlimit,
  '--version',
];
