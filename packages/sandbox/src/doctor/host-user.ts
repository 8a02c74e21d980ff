import { type Layer, layers } from '@castellan/protocol';
import { defaultBoxUsers } from '@castellan/protocol/kinds';
import { locateParts } from '../boxes/runner/parts.ts';
import { findTools, leastBox } from '../drivers/bubblewrap/tools.ts';
import { findHostUsers } from '../drivers/host-user.ts';
import { type DoctorRow, row } from './report.ts';

const better =
  'Run Castellan as a user of its own: a launcher that is not root needs no such care.';

/** Whom boxes are on this machine. `proved` are the layers of a running box; null when there was none. */
export async function hostUserRow(proved: readonly Layer[] | null): Promise<DoctorRow> {
  if (process.geteuid?.() !== 0) {
    return row(
      'hostuser',
      'info',
      'The launcher is not root, as it should be: it has one user, and boxes have it too.',
    );
  }
  if (proved?.includes('hostuser') === true) {
    const { sentence } = layers.hostuser;
    return row('hostuser', 'ok', `${sentence} Better still is a launcher that is not root.`);
  }
  return row('hostuser', 'weak', `On this machine boxes are root: ${await reason()}.`, better);
}

async function reason(): Promise<string> {
  const tools = await findTools({ bwrap: 'bwrap', prlimit: 'prlimit' });
  if ('detail' in tools) return 'none can be built';
  const { node, addon, runnerDir, snapshot } = locateParts();
  const paths = [tools.bwrap, node, addon, runnerDir, snapshot.file];
  const users = await findHostUsers(defaultBoxUsers, paths, leastBox(tools));
  return typeof users === 'string' ? users : 'the kernel did not show another one';
}
