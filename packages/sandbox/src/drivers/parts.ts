import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CastellanError } from '@castellan/protocol';
import type { BoxParts, Snapshot } from './driver.ts';
import { codeKeyOf } from '../runtimes/facts.ts';

const require = createRequire(import.meta.url);

/** The oldest versions without a known way out of the isolate. */
const minimum = { node: '24.12.0', 'isolated-vm': '7.0.1' } as const;

export interface Versions {
  readonly node: string;
  readonly isolatedVm: string;
}

/** The versions in use. Throws `unsupported_version` when one is older than it must be. */
export function checkVersions(): Versions {
  const node = process.versions.node;
  const { version: isolatedVm } = require(join(isolatedVmFolder(), 'package.json')) as {
    version: string;
  };
  refuseOlder('node', node, 'Install Node 24.12 or newer.');
  refuseOlder('isolated-vm', isolatedVm, 'npm install isolated-vm@latest');
  return { node, isolatedVm };
}

function refuseOlder(name: keyof typeof minimum, version: string, fix: string): void {
  const least = minimum[name];
  const parts = version.split('.').map(Number);
  const difference = least.split('.').map((part, index) => (parts[index] ?? 0) - Number(part));
  if ((difference.find((step) => step !== 0) ?? 0) >= 0) return;
  throw new CastellanError(
    'unsupported_version',
    `${name === 'node' ? 'Node' : name} ${version} is too old: ${least} or newer is needed.`,
    { option: name, value: version, fix },
  );
}

/** Finds what boxes are made of. The runner is an asset: it is located, never imported. */
export function locateParts(withBrowser = false): BoxParts {
  checkVersions();
  const runnerDir = join(runnerFolder(), 'dist', 'box');
  const addon = join(
    isolatedVmFolder(),
    'prebuilds',
    `${process.platform}-${process.arch}`,
    `isolated-vm.abi${process.versions.modules}.glibc.node`,
  );
  for (const file of [join(runnerDir, 'runner.js'), addon]) {
    if (existsSync(file)) continue;
    throw new CastellanError(
      'box_failed',
      `${file} is missing. Castellan needs Linux with glibc on x86-64 and Node 24 or 26; in a checkout, run "npm run build".`,
    );
  }
  return {
    node: process.execPath,
    runnerDir,
    addon,
    snapshot: withCodeKey(locateSnapshot(runnerDir, addon, [])),
    ...(withBrowser
      ? { browserSnapshot: withCodeKey(locateSnapshot(runnerDir, addon, ['browser'])) }
      : {}),
  };
}

/** Found out here, since a box would load all of Node's cryptography for it. */
function withCodeKey(file: string): Snapshot {
  return { file, codeKey: codeKeyOf(readFileSync(file)) };
}

/**
 * The prelude's snapshot fits one build of V8. The package carries one for the Node that it was
 * built with; for any other it is made once from the prelude and kept in the user's cache.
 * Nothing but our own build ever gets here: a snapshot is as good as machine code.
 */
function locateSnapshot(runnerDir: string, addon: string, extras: readonly 'browser'[]): string {
  const name = [...extras, `snapshot-${process.version}-${process.arch}.blob`].join('-');
  const shipped = join(runnerDir, name);
  if (existsSync(shipped)) return shipped;
  const prelude = join(runnerDir, 'prelude.js');
  const made = statSync(prelude);
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'castellan');
  const kept = join(cache, `${made.mtimeMs.toString(36)}-${made.size.toString(36)}-${name}`);
  if (!existsSync(kept)) {
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    const fresh = `${kept}.${process.pid}`;
    writeFileSync(fresh, makeSnapshot(addon, runnerDir, extras), { flag: 'wx', mode: 0o600 });
    renameSync(fresh, kept);
  }
  if (statSync(kept).uid !== process.getuid?.()) {
    throw new CastellanError('box_failed', `${kept} belongs to another user; remove it.`);
  }
  return kept;
}

function makeSnapshot(addon: string, runnerDir: string, extras: readonly 'browser'[]): Uint8Array {
  const { ivm } = require(addon) as {
    ivm: {
      Isolate: { createSnapshot(scripts: object[], warmup: string): { copy(): ArrayBuffer } };
    };
  };
  const scripts = ['prelude', ...extras].map((name) => ({
    code: readFileSync(join(runnerDir, `${name}.js`), 'utf8'),
    filename: `castellan:${name}`,
  }));
  const warmup = readFileSync(join(runnerDir, 'warmup.js'), 'utf8');
  const snapshot = ivm.Isolate.createSnapshot(scripts, warmup);
  return new Uint8Array(snapshot.copy());
}

function runnerFolder(): string {
  return dirname(require.resolve('@castellan/runner/package.json'));
}

function isolatedVmFolder(): string {
  return dirname(require.resolve('isolated-vm/package.json', { paths: [runnerFolder()] }));
}
