import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place } from './repository.ts';

export interface Tarball {
  readonly name: string;
  /** Its name in the folder that it was packed into. */
  readonly file: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly entryCount: number;
}

/** The packages in the order of their dependencies: what is needed is published first. */
const order = ['protocol', 'press', 'runner', 'sandbox', 'sdk', 'web', 'server', 'cli'];

/**
 * Packs every package into `out`, with the place that it comes from in its manifest. Throws if one
 * has another version, or depends on another version of one of them.
 */
export function packAll(
  root: string,
  out: string,
  { version, place }: { readonly version: string; readonly place: Place | null },
): Tarball[] {
  const scratch = mkdtempSync(join(tmpdir(), 'castellan-release-'));
  try {
    return order.map((folder) => {
      const copy = join(scratch, folder);
      const source = join(root, 'packages', folder);
      cpSync(source, copy, {
        recursive: true,
        filter: (path) => !path.startsWith(join(source, 'node_modules')),
      });
      if (folder === 'runner') needLock(copy);
      const file = join(copy, 'package.json');
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
      refuseOther(manifest, version);
      writeFileSync(file, JSON.stringify(manifestWith(manifest, folder, place), null, 2));
      const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', out];
      const said = execFileSync('npm', args, { cwd: copy, encoding: 'utf8' });
      const [packed] = Object.values(JSON.parse(said) as Record<string, Packed>);
      if (packed === undefined) throw new Error(`npm pack said nothing of ${folder}`);
      return { ...packed, file: packed.filename };
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** By the Node that builds and packs. */
const detailsFile = `details.abi${process.versions.modules}.node`;

/** A build without a compiler leaves it out; boxes of a release can close themselves. */
function needLock(runner: string): void {
  const missing = ['lock.node', 'stack.node', detailsFile, 'landlock'].filter(
    (name) => !existsSync(join(runner, 'dist/box', name)),
  );
  if (missing.length === 0) return;
  throw new Error(
    `${missing.join(' and ')} not built: apt-get install gcc g++ libc6-dev, then npm run build`,
  );
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

type Packed = Omit<Tarball, 'file'> & { readonly filename: string };

function refuseOther({ name, version, dependencies = {} }: Manifest, wanted: string): void {
  const ours = Object.entries(dependencies).filter(([each]) => each.startsWith('@castellan/'));
  for (const [each, found] of [[name, version] as const, ...ours]) {
    if (found === wanted) continue;
    throw new Error(`${name}: ${each} is ${found}, and the release is ${wanted}.`);
  }
}

function manifestWith(manifest: Manifest, folder: string, place: Place | null): object {
  if (place === null) return manifest;
  const repository = { ...place.repository, directory: `packages/${folder}` };
  return { ...manifest, ...place, repository };
}
