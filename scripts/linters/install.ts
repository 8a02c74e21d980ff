import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const home = join(root, 'node_modules', '.castellan-linters');
const lock = 'package-lock.json';

/** A program of `package.json` beside this file. */
export type Linter = 'attw' | 'redocly' | 'spectral';

/**
 * Returns the path of a linter. Installs all of them, in the versions of the lock file and without
 * their scripts, if that has not been done. Throws what npm said.
 */
export function linter(name: Linter): string {
  const done = join(home, 'node_modules', '.bin', name);
  if (!existsSync(done) || !isCurrent()) install();
  return done;
}

function isCurrent(): boolean {
  const [wanted, found] = [join(import.meta.dirname, lock), join(home, lock)];
  return existsSync(found) && readFileSync(found).equals(readFileSync(wanted));
}

function install(): void {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  for (const file of ['package.json', lock]) {
    copyFileSync(join(import.meta.dirname, file), join(home, file));
  }
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--workspaces=false'];
  const { status, stderr } = spawnSync('npm', args, { cwd: home, encoding: 'utf8' });
  if (status === 0) return;
  // So that the next call tries again.
  rmSync(home, { recursive: true, force: true });
  throw new Error(`npm ${args.join(' ')} failed: ${stderr}`);
}
