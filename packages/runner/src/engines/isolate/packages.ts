import { findEntry, indexFile, packageName } from '@castellan/protocol/runtimes';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeGlobals } from '../../guest/bundle-names.ts';
import {
  covers,
  denied,
  needsNode,
  notFound,
  notInRuntime,
  puppeteerNames,
} from '../../script/allowed.ts';
import { type FolderName, type Found, type ModuleFolders, readIndex } from './module-folders.ts';
import { findPuppeteer } from './puppeteer.ts';

/** What one run may import by name. */
export class Packages {
  readonly #folders: ModuleFolders;
  readonly #allowed: readonly string[];
  readonly #hasBrowser: boolean;
  readonly #indexes = new Map<string, string>();

  constructor(folders: ModuleFolders, modules: readonly string[], hasBrowser: boolean) {
    this.#folders = folders;
    this.#hasBrowser = hasBrowser;
    this.#allowed = [...new Set([...modules, ...(hasBrowser ? puppeteerNames : [])])].toSorted();
  }

  /** The module that a bare `specifier` means. Throws a `Refusal` that says why there is none. */
  find(specifier: string, how: 'import' | 'require'): Found {
    if (this.#hasBrowser && puppeteerNames.includes(specifier)) return findPuppeteer();
    const { builtins } = this.#folders;
    const builtinName = specifier.replace(/^node:/, '');
    const builtin = found('builtins', builtins, builtinName, how);
    const isAllowed = this.#allowed.some((name) =>
      builtin === undefined
        ? covers(name, specifier)
        : covers(name.replace(/^node:/, ''), builtinName),
    );
    if (builtin !== undefined) {
      if (isAllowed) return builtin;
      throw denied(specifier, this.#allowed);
    }
    if (isPartOfNode(specifier)) throw denied(specifier, this.#allowed, needsNode);
    const index = this.#index(packageName(specifier));
    const isName = isPackageName(packageName(specifier));
    if (index === '' && isName) throw notFound(specifier, notInRuntime(specifier));
    if (!isAllowed && !specifier.startsWith('node:')) throw denied(specifier, this.#allowed);
    const module = found('packages', index, specifier, how);
    if (module !== undefined) return module;
    throw notFound(specifier);
  }

  /** Reads a package's index at its first import; empty for what is no package of the runtime. */
  #index(name: string): string {
    const folder = this.#folders.paths.packages;
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const isThere =
      folder !== '' && isPackageName(name) && existsSync(join(folder, indexFile(name)));
    const text = isThere ? readIndex(folder, name) : '';
    this.#indexes.set(name, text);
    return text;
  }

  /** Globals of Node that come with the built-ins that are allowed as a whole. */
  get globals(): string[] {
    const allowed = new Set(this.#allowed.map((name) => name.replace(/^node:/, '')));
    return Object.entries(nodeGlobals).flatMap(([name, builtin]) =>
      allowed.has(builtin) ? [name] : [],
    );
  }
}

/** Loaded at the first refusal. */
function isPartOfNode(specifier: string): boolean {
  return process.getBuiltinModule('node:module').isBuiltin(specifier);
}

/** Whether it is a name as npm allows it, which cannot lead out of a folder. */
function isPackageName(name: string): boolean {
  return /^(?:@[\w~][\w.~-]*\/)?[\w~][\w.~-]*$/.test(name);
}

function found(
  folder: FolderName,
  index: string,
  specifier: string,
  how: 'import' | 'require',
): Found | undefined {
  const entry = findEntry(index, specifier);
  if (entry === undefined) return undefined;
  const [, forImport, forRequire = forImport] = entry;
  const member = how === 'import' ? forImport : forRequire;
  return { path: `${folder}/${member.bundle}#${member.index}`, member };
}
