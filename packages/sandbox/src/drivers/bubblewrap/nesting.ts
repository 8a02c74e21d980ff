import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { confinement } from '../../walls/confinement.ts';

/**
 * Whether bubblewrap can have the kernel refuse user namespaces in a box. It writes a setting for that,
 * which is read-only in most containers; only where something lies over parts of `/proc`, as there, or
 * AppArmor is at work, is it tried out.
 */
export async function limitsNesting(bwrap: string): Promise<boolean> {
  const isCovered = / \/proc\/\S+ /.test(readFileSync('/proc/self/mountinfo', 'latin1'));
  if (!isCovered && confinement().appArmor === undefined) return true;
  const trial = ['--unshare-user', '--disable-userns', '--ro-bind', '/', '/', '--'];
  try {
    await promisify(execFile)(bwrap, [...trial, process.execPath, '--version'], { env: {} });
    return true;
  } catch (error) {
    // Whatever else fails here fails again, and is told, when a box is built.
    return !/max_user_namespaces/.test((error as { stderr?: string }).stderr ?? '');
  }
}
