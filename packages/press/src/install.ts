import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { CastellanError } from '@castellan/protocol';

/**
 * Installs the dependencies of the runtime in `root`, in the exact versions of its lock file if it
 * has one. Scripts of packages never run. Does nothing if the lock file matches what is installed,
 * or if there is no lock file and `node_modules` exists. Rejects with `invalid_option`.
 */
export async function installPackages(root: string): Promise<void> {
  if (!existsSync(join(root, 'package.json'))) {
    throw new CastellanError(
      'invalid_option',
      `${root} has no package.json: a runtime is a folder with one.`,
    );
  }
  const locked = packagesIn(join(root, 'package-lock.json'));
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  const isThere = existsSync(join(root, 'node_modules'));
  if (isThere && (locked === undefined || isDeepStrictEqual(locked, installed))) return;
  const args = [
    locked === undefined ? 'install' : 'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--workspaces=false',
    '--install-links=false',
    '--loglevel=error',
  ];
  try {
    await promisify(execFile)('npm', args, { cwd: root });
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    throw new CastellanError(
      'invalid_option',
      `"npm ${args.join(' ')}" failed in ${root}: ${stderr.trim() || message}`,
    );
  }
}

/**
 * Returns version and integrity of each package by its path in a lock file; undefined without the
 * file.
 */
function packagesIn(file: string): Record<string, unknown> | undefined {
  if (!existsSync(file)) return undefined;
  const { packages = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
    packages?: Record<string, { version?: string; integrity?: string }>;
  };
  const places = Object.entries(packages).filter(([place]) => place.startsWith('node_modules/'));
  return Object.fromEntries(
    places.map(([place, { version, integrity }]) => [place, [version, integrity]]),
  );
}
