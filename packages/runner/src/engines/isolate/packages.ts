import { findEntry, indexFile, type Member, packageName } from '@castellan/protocol';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeGlobals } from '../../guest/bundle-names.ts';
import { covers, denied, notFound } from '../../script/allowed.ts';
import { findPuppeteer, puppeteerNames } from './puppeteer.ts';

/** What a box has to load in isolates. */
export interface Shelves {
  readonly folders: Readonly<Record<ShelfName, string>>;
  /** Text of the index of built-ins that scripts can be allowed. */
  readonly builtins: string;
  /** Which compiled code the isolates of this process take. */
  readonly codeKey: string;
}

/** `libraries` are the platform's own, which no script can import. An empty folder means none. */
export type ShelfName = 'libraries' | 'builtins' | 'packages';

/** Reads an index. The folder is part of the box; whoever made the box has checked it. */
export function readIndex(folder: string, name: string): string {
  return readFileSync(join(folder, indexFile(name)), 'utf8');
}

/** A module that a bare specifier led to. */
export interface Found {
  /** `packages/a.js#0`: the name that the guest's `Bundles` knows it by. */
  readonly path: string;
  readonly member: Member;
}

/** What one run may import by name. */
export class Packages {
  readonly #shelves: Shelves;
  readonly #allowed: readonly string[];
  readonly #hasBrowser: boolean;
  readonly #indexes = new Map<string, string>();

  constructor(shelves: Shelves, modules: readonly string[], hasBrowser: boolean) {
    this.#shelves = shelves;
    this.#hasBrowser = hasBrowser;
    this.#allowed = [...new Set([...modules, ...(hasBrowser ? puppeteerNames : [])])].toSorted();
  }

  /** The module that a bare `specifier` means. Throws a `Refusal` that says why there is none. */
  find(specifier: string, how: 'import' | 'require'): Found {
    if (this.#hasBrowser && puppeteerNames.includes(specifier)) return findPuppeteer();
    const { builtins } = this.#shelves;
    const builtinName = specifier.replace(/^node:/, '');
    const builtin = found('builtins', builtins, builtinName, how);
    const isAllowed = this.#allowed.some((name) =>
      builtin === undefined
        ? covers(name, specifier)
        : covers(name.replace(/^node:/, ''), builtinName),
    );
    if (!isAllowed) throw denied(specifier, this.#allowed);
    const module =
      builtin ?? found('packages', this.#index(packageName(specifier)), specifier, how);
    if (module !== undefined) return module;
    throw notFound(specifier);
  }

  /** Read when a package is first asked for; only names that are allowed come here. */
  #index(name: string): string {
    const folder = this.#shelves.folders.packages;
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

/** As npm has them, and so no way out of a folder. */
function isPackageName(name: string): boolean {
  return /^(?:@[\w~][\w.~-]*\/)?[\w~][\w.~-]*$/.test(name);
}

function found(
  shelf: ShelfName,
  index: string,
  specifier: string,
  how: 'import' | 'require',
): Found | undefined {
  const entry = findEntry(index, specifier);
  if (entry === undefined) return undefined;
  const [, forImport, forRequire = forImport] = entry;
  const member = how === 'import' ? forImport : forRequire;
  return { path: `${shelf}/${member.bundle}#${member.index}`, member };
}
