import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CastellanError } from '@castellan/protocol';
import { findTools } from '../drivers/bubblewrap/tools.ts';
import { checkVersions } from '../boxes/runner/parts.ts';
import { type DoctorRow, row } from './report.ts';

/** The platform, and the versions that are known to be safe. */
export function versionRows(): DoctorRow[] {
  const platformRow = platformRowOf(process.platform, process.arch);
  try {
    const { node, isolatedVm } = checkVersions();
    return [
      platformRow,
      row('node', 'ok', `${node}, not older than the gate.`),
      row('isolated-vm', 'ok', `${isolatedVm}, not older than the gate.`),
    ];
  } catch (error) {
    if (!(error instanceof CastellanError)) throw error;
    return [platformRow, row(error.option ?? 'versions', 'missing', error.detail, error.fix)];
  }
}

/** Whether boxes can be built for this operating system and processor at all. */
export function platformRowOf(platform: string, arch: string): DoctorRow {
  const found = `${platform} ${arch}`;
  if (found === 'linux x64') return row('platform', 'ok', 'Linux on x86-64.');
  return row(
    'platform',
    'missing',
    found === 'linux arm64'
      ? 'Linux on arm64: refused, since the system call filters were written and tested on x86-64 only; docs/operations/arm64.md says what is missing.'
      : `${found}; system calls are known for Linux on x86-64 only.`,
    'Use a machine with Linux on x86-64.',
  );
}

/** bubblewrap and prlimit: present, recent, and not setuid. */
export async function toolsRow(): Promise<DoctorRow> {
  const tools = await findTools({ bwrap: 'bwrap', prlimit: 'prlimit' });
  if ('detail' in tools) return row('bubblewrap', 'missing', tools.detail, tools.fix);
  const { stdout } = await promisify(execFile)(tools.bwrap, ['--version'], { env: {} });
  return row(
    'bubblewrap',
    'ok',
    `${stdout.trim()} at ${tools.bwrap}, not setuid; ${tools.prlimit}.`,
  );
}
