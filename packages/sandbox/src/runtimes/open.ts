import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CastellanError } from '@castellan/protocol';
import {
  codeFile,
  findEntry,
  indexFile,
  manifestFile,
  type ModuleSet,
  moduleSetFormat,
  packageName,
} from '@castellan/protocol/runtimes';
import { nodeModulesOf } from './unpack.ts';

/** A built runtime on this machine. */
export interface Runtime {
  /** As sandboxes and policies call it. */
  readonly name: string;
  /** Where it is; becomes `BoxParts.runtimeDir`. */
  readonly folder: string;
  /**
   * The packages as they were installed, for the node engine; there may be no such folder. A runtime
   * that was shipped unpacks them when this is first read.
   */
  readonly nodeModules: string;
  /** Its packages by name. */
  readonly packages: ModuleSet['packages'];
  /** Whether it was compiled for what a `codeKey` stands for. */
  readonly hasCode: (key: string) => boolean;
  /** Whether it has a module of this name. */
  has(specifier: string): boolean;
}

/**
 * Reads a built runtime and checks every file of it against its manifest: what is in an isolate is
 * what was built. Throws `invalid_option` when it is none, is damaged, or has another format.
 */
export function openRuntime(folder: string): Runtime {
  const root = resolve(folder);
  const { name, packages, files } = readSet(root);
  for (const [file, { sha256 }] of Object.entries(files)) check(root, file, sha256);
  let nodeModules: string | undefined;
  return {
    name,
    folder: root,
    get nodeModules() {
      return (nodeModules ??= nodeModulesOf(root));
    },
    packages,
    hasCode: (key) => Object.keys(files).some((file) => file.endsWith(codeFile('', key))),
    has(specifier) {
      const owner = packageName(specifier);
      if (!Object.hasOwn(packages, owner)) return false;
      const text = readFileSync(join(root, indexFile(owner)), 'utf8');
      return findEntry(text, specifier) !== undefined;
    },
  };
}

function readSet(folder: string): ModuleSet {
  const version: number = moduleSetFormat;
  const file = join(folder, manifestFile);
  let set: ModuleSet;
  try {
    set = JSON.parse(readFileSync(file, 'utf8')) as ModuleSet;
  } catch (cause) {
    throw new CastellanError(
      'invalid_option',
      `${file} cannot be read: ${folder} is no built runtime.`,
      { option: 'runtime', value: folder, fix: 'castellan runtime build FOLDER', cause },
    );
  }
  if (set.format === version) return set;
  throw new CastellanError(
    'invalid_option',
    `${file} has format ${String(set.format)}, this version reads ${version}.`,
    { option: 'runtime', value: folder, fix: 'castellan runtime build FOLDER' },
  );
}

function check(folder: string, name: string, sha256: string): void {
  const isPlain = !name.includes('/') && name !== '..';
  const found = isPlain ? hash('sha256', readFileSync(join(folder, name))) : undefined;
  if (found === sha256) return;
  throw new CastellanError('invalid_option', `${join(folder, name)} is not what was built.`, {
    option: 'runtime',
    value: folder,
    fix: 'castellan runtime build FOLDER',
  });
}
