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
  shelfFile,
  typesFile,
} from '@castellan/protocol/runtimes';
import { listOfShelf, packShelf, takeFromShelf } from '@castellan/protocol/shelf';
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
  /** Where the types of a package are, for editors, as `typesFile` of the protocol says; null without any. */
  typesOf(name: string): string | null;
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
  const contents = new Map(
    Object.entries(files).map(([file, { sha256 }]) => [file, checked(root, file, sha256)]),
  );
  const { list, indexOf } = readShelf(contents.get(shelfFile) ?? packShelf(new Map()), packages);
  let nodeModules: string | undefined;
  return {
    name,
    folder: root,
    get nodeModules() {
      return (nodeModules ??= nodeModulesOf(root));
    },
    packages,
    typesOf(owner) {
      const file = typesFile(owner);
      return Object.hasOwn(files, file) ? join(root, file) : null;
    },
    hasCode: (key) => list.includes(`${codeFile('', key)} `),
    has(specifier) {
      const owner = packageName(specifier);
      if (!Object.hasOwn(packages, owner)) return false;
      return findEntry(indexOf.get(owner) ?? '', specifier) !== undefined;
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

/** Names and indexes: what this side needs of what isolates read. */
function readShelf(
  shelf: Uint8Array,
  packages: ModuleSet['packages'],
): { readonly list: string; readonly indexOf: ReadonlyMap<string, string> } {
  const indexes = Object.keys(packages).map((name) => {
    const index = takeFromShelf(shelf, indexFile(name)) ?? '';
    return [name, Buffer.from(index).toString()] as const;
  });
  return { list: listOfShelf(shelf), indexOf: new Map(indexes) };
}

function checked(folder: string, name: string, sha256: string): Uint8Array {
  const isPlain = !name.includes('/') && name !== '..';
  const bytes = isPlain ? readFileSync(join(folder, name)) : undefined;
  if (bytes !== undefined && hash('sha256', bytes) === sha256) return bytes;
  throw new CastellanError('invalid_option', `${join(folder, name)} is not what was built.`, {
    option: 'runtime',
    value: folder,
    fix: 'castellan runtime build FOLDER',
  });
}
