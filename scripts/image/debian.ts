import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes the smallest Debian 12 from Debian's packages, as an archive. Takes root, the network and a minute. */
export function makeDebian(archive: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-debian-'));
  try {
    const made = join(folder, 'debian');
    execFileSync('debootstrap', ['--variant=minbase', 'bookworm', made], { stdio: 'inherit' });
    // Device nodes are the runtime's, and not every builder may make them.
    const not = [
      '--exclude=./dev/*',
      '--exclude=./var/cache/apt/*',
      '--exclude=./var/lib/apt/lists/*',
    ];
    execFileSync('tar', [
      '--create',
      '--numeric-owner',
      '--file',
      archive,
      ...not,
      '-C',
      made,
      '.',
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
