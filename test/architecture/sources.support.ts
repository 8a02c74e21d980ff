import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root folder. */
export const root = join(import.meta.dirname, '..', '..');

export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package of the workspace: its folder below `packages/`, and its manifest. */
export interface Package {
  readonly folder: string;
  readonly manifest: Manifest;
}

export function readPackages(): Package[] {
  return globSync('packages/*/package.json', { cwd: root })
    .toSorted()
    .map((file) => ({ folder: file.split('/')[1] ?? '', manifest: readManifest(file) }));
}

/** Reads a package.json; `file` is relative to the root. */
export function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest;
}
