import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { isOurs } from './members.ts';

/** How long systemd may take to answer, in milliseconds. */
const patienceMs = 2_000;

/**
 * Whether a launcher may reorganize its own cgroup: no foreign process is in it, and systemd has
 * delegated it. In a unit without `Delegate=yes`, systemd would stop the whole unit when a box runs
 * out of memory, so boxes are placed beside such a unit.
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
