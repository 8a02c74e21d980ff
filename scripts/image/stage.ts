import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packAll } from '../release/pack.ts';

/**
 * Puts together what goes into the image: the packages of this checkout as they would be published, those
 * of others that they need, by the lock file and without running anything of them, and the Node that
 * compiled what boxes load.
 */
export function stageApp(root: string, app: string): void {
  const packed = mkdtempSync(join(tmpdir(), 'castellan-packed-'));
  try {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Workspace;
    mkdirSync(join(app, 'bin'), { recursive: true });
    const { version, workspaces } = manifest;
    for (const { name, file } of packAll(root, packed, { version, place: null })) {
      const folder = join(app, 'packages', name === 'castellan' ? 'cli' : basename(name));
      mkdirSync(folder, { recursive: true });
      const args = [
        '--extract',
        '--file',
        join(packed, file),
        '--strip-components=1',
        '-C',
        folder,
      ];
      execFileSync('tar', args);
    }
    copyFileSync(join(root, 'package-lock.json'), join(app, 'package-lock.json'));
    writeFileSync(join(app, 'package.json'), JSON.stringify({ ...manifest, workspaces }));
    const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
    execFileSync('npm', ['ci', '--omit=dev', ...quiet], { cwd: app, stdio: 'inherit' });
    copyFileSync(process.execPath, join(app, 'bin/node'));
    chmodSync(join(app, 'bin/node'), 0o755);
  } finally {
    rmSync(packed, { recursive: true, force: true });
  }
}

interface Workspace {
  readonly version: string;
  readonly workspaces: readonly string[];
}
