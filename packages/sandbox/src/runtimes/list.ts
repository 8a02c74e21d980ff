import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CastellanError, type ModuleSet, moduleSetFormat } from '@castellan/protocol';
import { factsOf } from './press.ts';

/** A built runtime on this machine. */
export interface Runtime {
  readonly name: string;
  /** Where it is; becomes `BoxParts.runtimeDir`. */
  readonly folder: string;
  /** Its packages by name. */
  readonly packages: ModuleSet['packages'];
  /** Everything that scripts could be allowed to import from it, sorted. */
  readonly specifiers: readonly string[];
}

/**
 * Reads a built runtime and checks every file of it against its manifest: what is in a box is what
 * was built. Throws `invalid_option` when it is none, is damaged, or has another format.
 */
export function openRuntime(folder: string): Runtime {
  const root = resolve(folder);
  const set = readSet(root);
  for (const [bundle, facts] of Object.entries(set.bundles)) {
    check(root, bundle, facts.sha256);
    for (const { file, sha256 } of Object.values(facts.code)) check(root, file, sha256);
  }
  const { name, packages, specifiers } = set;
  return { name, folder: root, packages, specifiers: Object.keys(specifiers).toSorted() };
}

/** The built runtimes below `folder`, newest name first; none when there is no such folder. */
export function listRuntimes(folder: string): Runtime[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => !name.startsWith('.'))
    .toSorted()
    .toReversed()
    .map((name) => openRuntime(join(folder, name)));
}

function readSet(folder: string): ModuleSet {
  const file = join(folder, 'manifest.json');
  let set: ModuleSet;
  try {
    set = JSON.parse(readFileSync(file, 'utf8')) as ModuleSet;
  } catch (cause) {
    const fix = 'build it with "castellan runtime build".';
    throw new CastellanError('invalid_option', `${file} cannot be read: ${folder} is no built runtime; ${fix}`, { cause });
  }
  if (set.format === moduleSetFormat) return set;
  throw new CastellanError('invalid_option', `${file} has format ${String(set.format)}, this version reads ${moduleSetFormat}: build it again.`);
}

function check(folder: string, name: string, sha256: string): void {
  const isPlain = !name.includes('/') && name !== '..';
  const found = isPlain ? factsOf(readFileSync(join(folder, name))).sha256 : undefined;
  if (found === sha256) return;
  throw new CastellanError('invalid_option', `${join(folder, name)} is not what was built: build the runtime again.`);
}
