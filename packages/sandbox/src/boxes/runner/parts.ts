import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CastellanError, type EngineName, engines } from '@castellan/protocol';
import { codeKey, mainProgram } from '@castellan/protocol/runtimes';
import type { BoxParts, Snapshot } from './box.ts';
import { locateLandlock } from '../../walls/landlock.ts';
import { locateSnapshot } from './snapshot.ts';

const require = createRequire(import.meta.url);

/** The oldest versions without a known escape from the isolate. */
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

/** What every box has, whatever it is for. */
export interface LocatedParts extends BoxParts {
  /** What isolates start from. */
  readonly snapshot: Snapshot;
}

/** Locates the files that boxes are made of. The runner is an asset: it is located, never imported. */
export function locateParts(engine: EngineName = 'isolate', withBrowser = false): LocatedParts {
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
  const landlock = locateLandlock();
  return {
    node: process.execPath,
    runnerDir,
    programKey: programKey(runnerDir),
    addon,
    hasLock: existsSync(join(runnerDir, 'lock.node')),
    ...(landlock === undefined ? {} : { landlock }),
    snapshot: locateSnapshot(runnerDir, addon, []),
    ...(withBrowser && !engines[engine].hasNode
      ? { browserSnapshot: locateSnapshot(runnerDir, addon, ['browser']) }
      : {}),
  };
}

/** Computed on this side, as a box would load all of Node's cryptography for it. */
export function programKey(runnerDir: string): string {
  const text = readFileSync(join(runnerDir, mainProgram));
  return codeKey(process.versions.v8, process.arch, hash('sha256', text));
}

function runnerFolder(): string {
  return dirname(require.resolve('@castellan/runner/package.json'));
}

function isolatedVmFolder(): string {
  return dirname(require.resolve('isolated-vm/package.json', { paths: [runnerFolder()] }));
}

/** Where the packages of a sandbox are, as absolute paths. */
export interface PackageFolders {
  /** A built runtime, for engines without Node. */
  readonly runtime: { readonly folder: string } | undefined;
  /** A `node_modules`, for engines with Node. */
  readonly nodeModules?: string | undefined;
}

/** Adds the packages that an engine can load to the parts of its boxes. */
export function partsFor(
  parts: BoxParts,
  engine: EngineName,
  { runtime, nodeModules }: PackageFolders,
): BoxParts {
  if (engines[engine].hasNode) return nodeModules === undefined ? parts : { ...parts, nodeModules };
  return runtime === undefined ? parts : { ...parts, runtimeDir: runtime.folder };
}
