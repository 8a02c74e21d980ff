import { findEntry, indexFile, packageName } from '@castellan/protocol/runtimes';
import { nodeGlobals } from '../../guest/bundle-names.ts';
import {
  covers,
  denied,
  needsNode,
  notFound,
  notInRuntime,
  puppeteerNames,
} from '../../script/allowed.ts';
import type { Found, ModuleShelves, ShelfName } from './module-shelves.ts';
import { findPuppeteer } from './puppeteer.ts';

/** What one run may import by name. */
export class Packages {
  readonly #modules: ModuleShelves;
  readonly #allowed: readonly string[];
  readonly #hasBrowser: boolean;
  readonly #indexes = new Map<string, string>();

  constructor(shelves: ModuleShelves, modules: readonly string[], hasBrowser: boolean) {
    this.#modules = shelves;
    this.#hasBrowser = hasBrowser;
    this.#allowed = [...new Set([...modules, ...(hasBrowser ? puppeteerNames : [])])].toSorted();
  }

  /** The module that a bare `specifier` means. Throws a `Refusal` that says why there is none. */
  find(specifier: string, how: 'import' | 'require'): Found {
    if (this.#hasBrowser && puppeteerNames.includes(specifier)) return findPuppeteer();
    const { builtins } = this.#modules;
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
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const { packages } = this.#modules.shelves;
    const text = (isPackageName(name) ? packages?.text(indexFile(name), 'utf8') : undefined) ?? '';
    this.#indexes.set(name, text);
    return text;
  }

  /** Whether the run may import a built-in, or a package, which may need it. */
  mayUse(builtin: string): boolean {
    const { builtins } = this.#modules;
    return this.#allowed.some((name) => {
      const bare = name.replace(/^node:/, '');
      return bare === builtin || found('builtins', builtins, bare, 'import') === undefined;
    });
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

/** Whether it is a name as npm allows it. */
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
