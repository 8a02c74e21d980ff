import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { isOurs } from './members.ts';

/** How long systemd may take to answer, in milliseconds. */
const patienceMs = 2_000;

/**
 * Whether a launcher may arrange the cgroup that it stands in: nobody else is there, and systemd
 * does not mean to. To a unit without `Delegate=yes` a box that outgrows its memory would be a
 * reason to stop it, the launcher included: boxes lie beside such a one.
 */
export async function mayArrange(own: string): Promise<boolean> {
  return isOurs(own) && (!/\.(?:service|scope)$/.test(own) || (await isDelegated(own)));
}

/** What systemd says about the unit; false when it cannot be asked. */
async function isDelegated(own: string): Promise<boolean> {
  const manager = /\/user@\d+\.service\//.test(own) ? '--user' : '--system';
  const question = [manager, 'show', '--property=Delegate', '--value', '--', basename(own)];
  try {
    const { stdout } = await promisify(execFile)('systemctl', question, { timeout: patienceMs });
    return stdout.trim() === 'yes';
  } catch {
    return false;
  }
}
